package io.espalier.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryModelVerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsWhereTheWorstPredictionIsAtTheBar() throws Exception {
        assertThat(holds(115)).isTrue();
        assertThat(holds(85)).isTrue();
    }

    @Test
    void missesWhereOneIsAHairTooHighOrTooLow() throws Exception {
        assertThat(holds(115.1)).isFalse();
        assertThat(holds(84.9)).isFalse();
    }

    @Test
    void takesNoNetworksForNoResult() throws Exception {
        MadeUpResults results = new MadeUpResults(folder, 1).with("networks.1", "{'networks': []}");
        assertThatThrownBy(() -> results.judgedBy(new MemoryModelBenchmark())).hasMessageContaining("networks");
    }

    /** Of a network whose memory is predicted well and of one that takes 100 bytes. */
    private boolean holds(double predicted) throws IOException {
        return new MadeUpResults(folder, 1)
                .with(
                        "networks.1",
                        "{'networks': [{'predicted': " + predicted + ", 'measured': 100},"
                                + " {'predicted': 100, 'measured': 100}]}")
                .judgedBy(new MemoryModelBenchmark())
                .holds();
    }
}
