package io.espalier.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.v1.Hardware;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardwareReaderTest {
    @TempDir
    Path root;

    @Test
    void readsWhatTheSystemTells() throws Exception {
        write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Toy CPU\nflags\t\t: avx2 fma  adx\n\nprocessor\t: 1\n");
        write("sys/fs/cgroup/memory.max", "1048576\n");
        write("sys/class/powercap/intel-rapl:0/energy_uj", "1\n");

        Hardware hardware = new HardwareReader(root, root).read(4);

        assertThat(hardware.getCpuModel()).isEqualTo("Toy CPU");
        assertThat(hardware.getIsaFlagsList()).containsExactly("adx", "avx2", "fma");
        assertThat(hardware.getMemoryLimitBytes()).isEqualTo(1_048_576);
        assertThat(hardware.getEnergyCounter()).isTrue();
        assertThat(hardware.getSimulatedSlowdown()).isEqualTo(4);
        assertThat(hardware.getCores()).isPositive();
    }

    @Test
    void leavesEmptyWhatItDoesNot() throws Exception {
        write("sys/fs/cgroup/memory.max", "max\n");

        Hardware hardware = new HardwareReader(root, root).read(1);

        assertThat(hardware.getCpuModel()).isEmpty();
        assertThat(hardware.getIsaFlagsList()).isEmpty();
        assertThat(hardware.getMemoryLimitBytes()).isPositive();
        assertThat(hardware.getEnergyCounter()).isFalse();
    }

    private void write(String file, String content) throws Exception {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
