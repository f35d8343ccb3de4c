package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeNet5VerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsAtBothErrorsAndBothBoundsOfMacs() throws Exception {
        assertThat(holds(0.991, 158_000, 0.992, 330_000)).isTrue();
    }

    @Test
    void missesWithOneImageMoreOrOneMacMore() throws Exception {
        assertThat(holds(0.9909, 158_000, 0.992, 330_000)).isFalse();
        assertThat(holds(0.991, 158_001, 0.992, 330_000)).isFalse();
        assertThat(holds(0.991, 158_000, 0.9919, 330_000)).isFalse();
        assertThat(holds(0.991, 158_000, 0.992, 330_001)).isFalse();
    }

    @Test
    void takesTheMeanOfErrorsAndTheMostOfMacs() throws Exception {
        MadeUpResults results = new MadeUpResults(folder, 2)
                .with("at-158k.1", made(0.990, 157_000))
                .with("at-158k.2", made(0.992, 158_000))
                .with("at-330k.1", made(0.992, 330_000))
                .with("at-330k.2", made(0.992, 330_000));
        assertThat(results.judgedBy(new LeNet5Benchmark()).holds()).isTrue();

        results.with("at-158k.2", made(0.992, 158_001));
        assertThat(results.judgedBy(new LeNet5Benchmark()).holds()).isFalse();
    }

    @Test
    void takesAResultWithoutMacsForNone() throws Exception {
        MadeUpResults results = new MadeUpResults(folder, 1)
                .with("at-158k.1", "{'accuracy': 0.999}")
                .with("at-330k.1", made(0.999, 330_000));
        assertThatThrownBy(() -> results.judgedBy(new LeNet5Benchmark())).hasMessageContaining("macs");
    }

    private boolean holds(double small, long smallMacs, double large, long largeMacs) throws IOException {
        return new MadeUpResults(folder, 1)
                .with("at-158k.1", made(small, smallMacs))
                .with("at-330k.1", made(large, largeMacs))
                .judgedBy(new LeNet5Benchmark())
                .holds();
    }

    private static String made(double accuracy, long macs) {
        return "{'accuracy': " + accuracy + ", 'macs': " + macs + "}";
    }
}
