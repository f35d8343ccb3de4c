package io.espalier.controller.pruning;

import io.espalier.host.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Folders of jobs, and where in them a worker keeps what it needs only while it runs. */
public final class JobFolders {
    private static final String JOB = "job.json";
    private static final String TEMPORARY = "tmp";
    /** What a worker keeps of its finished rounds, the state and the variants; whole files only. */
    private static final Pattern OF_ROUNDS = Pattern.compile("checkpoint\\.json|checkpoint-[0-9a-f]{64}\\.onnx"
            + "|round-[0-9]+\\.json|round-[0-9]+-(variant\\.onnx|golden\\.pb|provenance\\.json)");

    private JobFolders() {}

    /**
     * What libraries unpack at a worker's start, some 28 MB, goes here: a worker that is killed cannot remove it, and in
     * the machine's temporary folder nobody else would.
     */
    public static Path temporary(Path job) {
        return job.resolve(TEMPORARY);
    }

    /**
     * Makes the folder ready for a try at the job. Of an earlier try at the very same job only its finished rounds stay, so
     * that the worker goes on behind them where the files that the job names are still what they were; of any other, nothing.
     */
    public static void prepare(Path folder, byte[] job) {
        try {
            if (holds(folder, job)) {
                tidy(folder);
            } else {
                Folders.delete(folder);
                Files.createDirectories(folder);
                Files.write(folder.resolve(JOB), job);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "No job can be prepared in " + folder + " (" + e + "): make room there and start it again", e);
        }
    }

    private static boolean holds(Path folder, byte[] job) throws IOException {
        Path former = folder.resolve(JOB);
        return Files.isRegularFile(former, LinkOption.NOFOLLOW_LINKS)
                && Files.size(former) == job.length
                && Arrays.equals(Files.readAllBytes(former), job);
    }

    private static void tidy(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!staysBetweenTries(file)) {
                    Folders.delete(file);
                }
            }
        }
    }

    private static boolean staysBetweenTries(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && (name.equals(JOB) || OF_ROUNDS.matcher(name).matches());
    }
}
