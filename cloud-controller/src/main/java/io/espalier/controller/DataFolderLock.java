package io.espalier.controller;

import io.espalier.host.FileClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps a data folder to one controller. A second one would end the first one's workers, take its leases and delete
 * what it is storing.
 */
final class DataFolderLock {
    private static final String NAME = "controller.lock";

    private DataFolderLock() {}

    /** @throws IllegalArgumentException with what to do, where another controller has the folder or nobody can */
    static FileClaim take(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            Files.createDirectories(folder);
            Optional<FileClaim> claim = FileClaim.tryTake(file);
            if (claim.isEmpty()) {
                throw new IllegalArgumentException("The data folder " + folder + " is in use by the controller with"
                        + " process id " + FileClaim.holder(file)
                        + ". Stop that one, or choose another folder with -Despalier.data.dir=DIR");
            }
            return claim.get();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot lock the data folder " + folder + " (" + e + "): is espalier.data.dir writable?", e);
        }
    }
}
