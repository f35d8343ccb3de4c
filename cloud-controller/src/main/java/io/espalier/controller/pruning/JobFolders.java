package io.espalier.controller.pruning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders of jobs, and where in them a worker keeps what it needs only while it runs. */
public final class JobFolders {
    private static final String TEMPORARY = "tmp";

    private JobFolders() {}

    /**
     * What libraries unpack at a worker's start, some 28 MB, goes here: a worker that is killed cannot remove it, and in
     * the machine's temporary folder nobody else would.
     */
    public static Path temporary(Path job) {
        return job.resolve(TEMPORARY);
    }

    /** Makes the folder anew with the job that a worker finds in it. */
    public static void prepare(Path folder, byte[] job) {
        try {
            delete(folder);
            Files.createDirectories(folder);
            Files.write(folder.resolve("job.json"), job);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "No job can be prepared in " + folder + " (" + e + "): make room there and start it again", e);
        }
    }

    /** One that is not there is removed already. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
