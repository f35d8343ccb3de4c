package io.espalier.demo.supervision;

import io.espalier.host.FileClaim;
import io.espalier.host.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder a demo keeps everything in, taken by one demo at a time. */
public final class DataFolder implements AutoCloseable {
    private static final String LOCK = "demo.lock";

    private final Path path;
    private final FileClaim claim;

    private DataFolder(Path path, FileClaim claim) {
        this.path = path;
        this.claim = claim;
    }

    /**
     * Makes the folder if needed and takes it.
     *
     * @throws UnusableException when another demo has it, or when it cannot be written or has too little space
     */
    public static DataFolder take(Path path, long leastFreeBytes) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            refuseLittleSpace(absolute, leastFreeBytes);
            FileClaim claim = FileClaim.tryTake(absolute.resolve(LOCK))
                    .orElseThrow(() -> new UnusableException("Another demo is running on " + absolute
                            + ". Stop it with Ctrl-C there, or give this one a folder of its own with --home."));
            return new DataFolder(absolute, claim);
        } catch (IOException e) {
            throw new UnusableException("The folder " + absolute + " cannot be made or written to ("
                    + FileTrouble.inWords(e) + "). Name one where you may write with --home.");
        }
    }

    /** Whether a demo has it or had it. */
    public static boolean wasTaken(Path path) {
        return Files.exists(path.resolve(LOCK));
    }

    private static void refuseLittleSpace(Path path, long leastFreeBytes) throws IOException {
        long freeBytes = Files.getFileStore(path).getUsableSpace();
        if (freeBytes < leastFreeBytes) {
            throw new UnusableException(
                    "Only %d MB are free on the disk of %s; the demo needs %d MB. Free some, or choose a folder on another disk with --home."
                            .formatted(freeBytes >> 20, path, leastFreeBytes >> 20));
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        claim.close();
    }

    /** The folder cannot be used; the message says why and what to do. */
    public static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }
}
