package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuneVerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsAtBothSharesAndAtTheRateOfTwoWorkers() throws Exception {
        assertThat(holds(19, 28, 85)).isTrue();
    }

    @Test
    void missesWhereOneIsAHairSlower() throws Exception {
        assertThat(holds(18.99, 28, 85)).isFalse();
        assertThat(holds(19, 27.99, 85)).isFalse();
        assertThat(holds(19, 28, 84.99)).isFalse();
    }

    @Test
    void needsTheRateThatItIsAShareOf() throws Exception {
        MadeUpResults results = results(19, 28, 85).with("source-cnn.1", "{'imagesPerSecond': 1, 'gigaflops': 19}");
        assertThatThrownBy(() -> results.judgedBy(new FineTuneBenchmark())).hasMessageContaining("matrixGigaflops");
    }

    private boolean holds(double cnn, double resnet, double worker) throws IOException {
        return results(cnn, resnet, worker).judgedBy(new FineTuneBenchmark()).holds();
    }

    /** Where a matrix product reaches 100 GFLOP/s, and ResNet-8 alone trains 100 images a second. */
    private MadeUpResults results(double cnn, double resnet, double worker) throws IOException {
        return new MadeUpResults(folder, 1)
                .with("source-cnn.1", measured(1000, cnn))
                .with("resnet8.1", measured(100, resnet))
                .with("resnet8.worker-1.1", measured(worker, 1))
                .with("resnet8.worker-2.1", measured(worker, 1));
    }

    private static String measured(double imagesPerSecond, double gigaflops) {
        return "{'imagesPerSecond': " + imagesPerSecond + ", 'gigaflops': " + gigaflops + ", 'matrixGigaflops': 100}";
    }
}
