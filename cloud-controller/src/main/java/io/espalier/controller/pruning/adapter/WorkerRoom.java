package io.espalier.controller.pruning.adapter;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many workers a host has room for at once. Each worker's own cap bounds that worker alone: together they may still
 * take more than there is, and the system then kills one of them, or the controller.
 *
 * @param memoryBytes of the host, or of the container where that has less
 * @param workerBytes the most physical memory that one worker may take
 */
record WorkerRoom(int processors, long memoryBytes, long workerBytes) {
    /** Of a worker whose flags set no cap: that of the usual flags. */
    static final long USUAL_WORKER_BYTES = 5L << 30;

    /** JavaCPP takes either spelling, and refuses memory once the process as a whole, heap included, has this much. */
    private static final Pattern CAP = Pattern.compile(
            "-Dorg\\.bytedeco\\.javacpp\\.maxphysicalbytes=([1-9]\\d{0,11})([kmgt]?)b?", Pattern.CASE_INSENSITIVE);

    /** Of this host, for workers that are started with these flags. */
    static WorkerRoom here(List<String> flags) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new WorkerRoom(
                Runtime.getRuntime().availableProcessors(), system.getTotalMemorySize(), workerBytes(flags));
    }

    /** The cap that a JVM with these flags keeps to; of several the last counts, as for the JVM. */
    static long workerBytes(List<String> flags) {
        long bytes = USUAL_WORKER_BYTES;
        for (String flag : flags) {
            Matcher cap = CAP.matcher(flag.strip());
            if (cap.matches()) {
                long number = Long.parseLong(cap.group(1));
                long unit = unit(cap.group(2).toLowerCase(Locale.ROOT));
                bytes = number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
            }
        }
        return bytes;
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "k" -> 1L << 10;
            case "m" -> 1L << 20;
            case "g" -> 1L << 30;
            case "t" -> 1L << 40;
            default -> 1;
        };
    }

    /** One for each processor, fewer where their memory would not suffice for all, and never less than one. */
    int workers() {
        return (int) Math.max(1, Math.min(processors, memoryBytes / workerBytes));
    }

    /** What is to be said against so many workers. */
    Optional<String> objection(int count) {
        if (count <= memoryBytes / workerBytes) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "%s may take up to %.1f GiB of memory%s, and there are %.1f GiB: the system may kill some. %s"
                        + " -Dorg.bytedeco.javacpp.maxphysicalbytes in espalier.worker.flags",
                count == 1 ? "A worker" : count + " workers (espalier.worker.count)",
                gibibytes(workerBytes),
                count == 1 ? "" : " each",
                gibibytes(memoryBytes),
                count == 1 ? "Give this host more, or lower" : "Allow " + workers() + ", or lower"));
    }

    private static double gibibytes(long bytes) {
        return bytes / (double) (1L << 30);
    }
}
