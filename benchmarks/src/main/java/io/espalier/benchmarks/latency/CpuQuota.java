package io.espalier.benchmarks.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A limit on the processor time of this process, set through a control group of its own; lifted when closed. */
final class CpuQuota implements AutoCloseable {
    private static final int PERIOD_MICROS = 100_000;
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path group;

    private CpuQuota(Path group) {
        this.group = group;
    }

    /** Puts this process under the quota; empty where the system does not let it, as in most containers. */
    static Optional<CpuQuota> enter(double processors) {
        String own = "espalier-bench-" + ProcessHandle.current().pid();
        int micros = (int) (processors * PERIOD_MICROS);
        try {
            if (Files.isWritable(ROOT.resolve("cgroup.subtree_control"))) {
                CpuQuota quota = new CpuQuota(Files.createDirectory(ROOT.resolve(own)));
                Files.writeString(quota.group.resolve("cpu.max"), micros + " " + PERIOD_MICROS);
                quota.move(quota.group);
                return Optional.of(quota);
            }
            if (Files.isWritable(ROOT.resolve("cpu/cpu.cfs_quota_us"))) {
                CpuQuota quota =
                        new CpuQuota(Files.createDirectory(ROOT.resolve("cpu").resolve(own)));
                Files.writeString(quota.group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
                Files.writeString(quota.group.resolve("cpu.cfs_quota_us"), Integer.toString(micros));
                quota.move(quota.group);
                return Optional.of(quota);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The folder of the control group. */
    Path group() {
        return group;
    }

    private void move(Path target) throws IOException {
        Files.writeString(
                target.resolve("cgroup.procs"),
                Long.toString(ProcessHandle.current().pid()));
    }

    @Override
    public void close() throws IOException {
        Path above = group.getParent();
        if (above != null) {
            move(above);
        }
        Files.delete(group);
    }
}
