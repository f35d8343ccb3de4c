package io.espalier.agent.measure;

import com.sun.management.OperatingSystemMXBean;
import io.espalier.proto.v1.Hardware;
import io.espalier.trust.HardwareClass;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Describes this device; what a system does not tell is left empty. */
public final class HardwareReader {
    private static final Path ENERGY_COUNTER = Path.of("sys/class/powercap/intel-rapl:0/energy_uj");

    private final Path systemRoot;
    private final Path stateDir;

    /** {@code systemRoot} is the folder that holds proc and sys. */
    public HardwareReader(Path systemRoot, Path stateDir) {
        this.systemRoot = systemRoot;
        this.stateDir = stateDir;
    }

    public Hardware read(int simulatedSlowdown) {
        Map<String, String> cpu = cpuInfo();
        String flags = cpu.getOrDefault("flags", cpu.getOrDefault("Features", ""));
        return Hardware.newBuilder()
                .setOs(System.getProperty("os.name", "") + " " + System.getProperty("os.version", ""))
                .setArch(System.getProperty("os.arch", ""))
                .setCpuModel(cpuModel(cpu))
                .setCores(Runtime.getRuntime().availableProcessors())
                .addAllIsaFlags(Arrays.stream(flags.split("\\s+"))
                        .filter(flag -> !flag.isEmpty())
                        .sorted()
                        .toList())
                .setMemoryLimitBytes(memoryLimitBytes())
                .setFreeDiskBytes(stateDir.toFile().getUsableSpace())
                .setEnergyCounter(Files.isReadable(systemRoot.resolve(ENERGY_COUNTER)))
                .setSimulatedSlowdown(simulatedSlowdown)
                .build();
    }

    /** What releases call devices like this one. */
    public HardwareClass hardwareClass(int simulatedSlowdown) {
        return new HardwareClass(System.getProperty("os.arch", ""), cpuModel(cpuInfo()), simulatedSlowdown);
    }

    static HardwareClass classOf(Hardware hardware) {
        return new HardwareClass(hardware.getArch(), hardware.getCpuModel(), hardware.getSimulatedSlowdown());
    }

    private static String cpuModel(Map<String, String> cpu) {
        return cpu.getOrDefault("model name", cpu.getOrDefault("Model", ""));
    }

    private Map<String, String> cpuInfo() {
        Map<String, String> first = new HashMap<>();
        for (String line : lines("proc/cpuinfo")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                first.putIfAbsent(
                        line.substring(0, colon).trim(),
                        line.substring(colon + 1).trim());
            }
        }
        return first;
    }

    private long memoryLimitBytes() {
        long limit =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        for (String file : List.of("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")) {
            for (String line : lines(file)) {
                if (!line.isEmpty() && line.chars().allMatch(Character::isDigit) && line.length() < 19) {
                    limit = Math.min(limit, Long.parseLong(line));
                }
            }
        }
        return limit;
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(systemRoot.resolve(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
