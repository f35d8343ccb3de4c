package io.espalier.benchmarks.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the kernel says of a process.
 *
 * @param residentBytes in memory now, {@code VmRSS}
 * @param highWaterBytes the most that ever was, {@code VmHWM}
 * @param threads alive now
 */
record ProcessMemory(long residentBytes, long highWaterBytes, int threads) {

    static ProcessMemory of(long pid) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
        return new ProcessMemory(
                number(status, "VmRSS:") << 10, number(status, "VmHWM:") << 10, (int) number(status, "Threads:"));
    }

    private static long number(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This system does not say " + key + " of a process"));
    }
}
