package io.espalier.pruning.cli;

import io.espalier.host.FileClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Keeps a folder to one run at a time, by a file in it that is gone once the run has ended in order. */
final class FolderClaim implements AutoCloseable {
    private static final String FILE = ".lock";

    private final Path file;
    private final FileClaim claim;

    private FolderClaim(Path file, FileClaim claim) {
        this.file = file;
        this.claim = claim;
    }

    /** @throws InvalidInputException where another run has the folder */
    static FolderClaim take(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        Optional<String> found = identity(file);
        FileClaim claim = FileClaim.tryTake(file).orElseThrow(() -> taken(folder, file));
        Optional<String> now = identity(file);
        if (now.isEmpty() || found.isPresent() && !found.equals(now)) {
            claim.close(); // What was claimed has just been removed by who had it before.
            throw taken(folder, file);
        }
        return new FolderClaim(file, claim);
    }

    /** Which file has that name now. To read it would end the claim that this process has on it. */
    private static Optional<String> identity(Path file) throws IOException {
        try {
            return Optional.of(String.valueOf(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static InvalidInputException taken(Path folder, Path file) {
        String holder = holder(file);
        return new InvalidInputException(
                "--out cannot be used",
                "another run works in the folder " + folder + (holder.isEmpty() ? "" : " (process " + holder + ")")
                        + ": wait until it has ended, or name another folder");
    }

    private static String holder(Path file) {
        try {
            return FileClaim.holder(file);
        } catch (IOException e) {
            return ""; // It helps to know, but is not needed to refuse.
        }
    }

    /** Removes the file before others may claim it. */
    @Override
    public void close() {
        try (claim) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // A file too many does no harm: the next run takes it over.
        }
    }
}
