package io.espalier.benchmarks.latency;

import io.espalier.pruning.latency.TimedSession;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A process that loads a model from its file, as an agent does, runs it a few times and says how much of it was ever in memory. */
final class MemoryProbe {
    private static final int RUNS = 5;
    private static final int PROCESSES = 5;
    /** The heap is in memory from the start, so that what the virtual machine does changes nothing. */
    private static final List<String> FLAGS =
            List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private MemoryProbe() {}

    public static void main(String[] arguments) throws IOException {
        try (TimedSession session = TimedSession.open(Path.of(arguments[0]), TimedSession.Options.threads(1))) {
            for (int i = 0; i < RUNS; i++) {
                session.runNanos();
            }
            System.out.println(highWaterKilobytes());
        }
    }

    private static long highWaterKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This system does not say VmHWM in /proc/self/status"));
    }

    /** Median of several processes' high-water marks, in bytes; they differ by megabytes. */
    static long typicalHighWaterBytes(Path model) throws IOException, InterruptedException {
        long[] marks = new long[PROCESSES];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = highWaterBytes(model);
        }
        Arrays.sort(marks);
        return marks[marks.length / 2];
    }

    /** The high-water mark of a process of its own that runs this model, in bytes. */
    private static long highWaterBytes(Path model) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command()
                .add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.command().addAll(FLAGS);
        builder.command()
                .addAll(List.of(
                        "-cp", System.getProperty("java.class.path"), MemoryProbe.class.getName(), model.toString()));
        File errors = new File(model + ".err");
        Process process = builder.redirectError(errors).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("The process for " + model + " failed; what it said is in " + errors);
        }
        return Long.parseLong(said) * 1024;
    }
}
