package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeNet300VerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsAtItsErrorAndItsBoundOfMacs() throws Exception {
        assertThat(holds(1 - 0.984, 9_600)).isTrue();
    }

    @Test
    void missesWithOneImageMoreOrOneMacMore() throws Exception {
        assertThat(holds(1 - 0.9839, 9_600)).isFalse();
        assertThat(holds(1 - 0.984, 9_601)).isFalse();
    }

    @Test
    void takesNoErrorAtAllForNoResult() throws Exception {
        MadeUpResults results = new MadeUpResults(folder, 1).with("pruned.1", "{'macs': 9600}");
        assertThatThrownBy(() -> results.judgedBy(new LeNet300Benchmark())).hasMessageContaining("error");
    }

    private boolean holds(double error, long macs) throws IOException {
        return new MadeUpResults(folder, 1)
                .with("pruned.1", "{'error': " + error + ", 'macs': " + macs + "}")
                .judgedBy(new LeNet300Benchmark())
                .holds();
    }
}
