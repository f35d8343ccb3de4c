package io.espalier.controller.pruning.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerRoomTest {
    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({
        "16, 16, 5, 3", // memory is short
        "16, 15, 5, 3", // just enough
        "2, 64, 5, 2", // processors are short
        "8, 4, 5, 1", // not even one fits
        "1, 64, 5, 1",
        "16, 16, 1, 16",
    })
    void allowsAsManyWorkersAsBothProcessorsAndMemorySufficeFor(
            int processors, long memory, long worker, int expected) {
        assertThat(new WorkerRoom(processors, memory * GIB, worker * GIB).workers())
                .isEqualTo(expected);
    }

    @Test
    void aWorkerMayTakeWhatItsFlagsSay() {
        assertThat(WorkerRoom.workerBytes(List.of("-Xmx2g", "-Dorg.bytedeco.javacpp.maxphysicalbytes=3g")))
                .isEqualTo(3 * GIB);
        assertThat(WorkerRoom.workerBytes(List.of("-Dorg.bytedeco.javacpp.maxPhysicalBytes=1536M")))
                .isEqualTo(3 * GIB / 2);
        assertThat(WorkerRoom.workerBytes(List.of("-Dorg.bytedeco.javacpp.maxphysicalbytes=1048576")))
                .isEqualTo(1L << 20);
        assertThat(WorkerRoom.workerBytes(List.of("-Dorg.bytedeco.javacpp.maxphysicalbytes=999999999999t")))
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theLastOfSeveralCapsCounts() {
        assertThat(WorkerRoom.workerBytes(List.of(
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=3g", "-Dorg.bytedeco.javacpp.maxphysicalbytes=7gb")))
                .isEqualTo(7 * GIB);
    }

    @Test
    void aWorkerWithoutACapCountsAsOneWithTheUsualOne() {
        assertThat(WorkerRoom.workerBytes(List.of("-Xmx1g", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0")))
                .isEqualTo(WorkerRoom.USUAL_WORKER_BYTES);
    }

    @Test
    void hasNothingAgainstWhatFits() {
        assertThat(new WorkerRoom(2, 16 * GIB, 5 * GIB).objection(3)).isEmpty();
    }

    @Test
    void saysWhatDoesNotFitAndWhatToDo() {
        assertThat(new WorkerRoom(16, 16 * GIB, 5 * GIB).objection(4))
                .hasValue(
                        "4 workers (espalier.worker.count) may take up to 5.0 GiB of memory each, and there are 16.0 GiB:"
                                + " the system may kill some. Allow 3, or lower"
                                + " -Dorg.bytedeco.javacpp.maxphysicalbytes in espalier.worker.flags");
    }

    @Test
    void saysThatNotEvenOneFits() {
        assertThat(new WorkerRoom(16, 4 * GIB, 5 * GIB).objection(1))
                .hasValueSatisfying(said -> assertThat(said)
                        .startsWith("A worker may take up to 5.0 GiB of memory, and there are 4.0 GiB")
                        .contains("Give this host more"));
    }

    @Test
    void asksTheRuntimeWhichKnowsALimitOfTheContainer() {
        WorkerRoom here = WorkerRoom.here(List.of());
        assertThat(here.processors()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(here.memoryBytes())
                .isEqualTo(ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize());
    }
}
