package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResNet20VerdictTest {
    private static final String TIMES = "{'dense': 900, 'at-1.8x': 500, 'at-3x': 300, 'uniform-l1': 300}";

    @TempDir
    Path folder;

    @Test
    void holdsAtItsLossItsLeadAndBothSpeeds() throws Exception {
        assertThat(results(0.917, 0.907, 0.85, 0.83, TIMES)
                        .judgedBy(new ResNet20Benchmark())
                        .holds())
                .isTrue();
    }

    @Test
    void missesWhereOneIsWrongOnOneImageMore() throws Exception {
        assertThat(results(0.917, 0.9069, 0.85, 0.83, TIMES)
                        .judgedBy(new ResNet20Benchmark())
                        .holds())
                .isFalse();
        assertThat(results(0.917, 0.907, 0.8499, 0.83, TIMES)
                        .judgedBy(new ResNet20Benchmark())
                        .holds())
                .isFalse();
    }

    @Test
    void missesWhereOneIsAHairSlower() throws Exception {
        assertThat(results(0.917, 0.907, 0.85, 0.83, TIMES.replace("500", "500.1"))
                        .judgedBy(new ResNet20Benchmark())
                        .holds())
                .isFalse();
        assertThat(results(0.917, 0.907, 0.85, 0.83, TIMES.replace("'at-3x': 300", "'at-3x': 300.1"))
                        .judgedBy(new ResNet20Benchmark())
                        .holds())
                .isFalse();
    }

    @Test
    void needsWhatItIsHeldAgainst() throws Exception {
        MadeUpResults withoutDense = results(0.917, 0.907, 0.85, 0.83, TIMES).with("dense", "{}");
        assertThatThrownBy(() -> withoutDense.judgedBy(new ResNet20Benchmark())).hasMessageContaining("accuracy");
        MadeUpResults withoutUniform = results(0.917, 0.907, 0.85, 0.83, TIMES).with("uniform-l1", "{}");
        assertThatThrownBy(() -> withoutUniform.judgedBy(new ResNet20Benchmark()))
                .hasMessageContaining("accuracy");
    }

    private MadeUpResults results(double dense, double fast, double faster, double uniform, String times)
            throws IOException {
        return new MadeUpResults(folder, 1)
                .with("dense", "{'accuracy': " + dense + "}")
                .with("at-1.8x", "{'accuracy': " + fast + "}")
                .with("at-3x", "{'accuracy': " + faster + "}")
                .with("uniform-l1", "{'accuracy': " + uniform + "}")
                .with("uniform-widths", "{}")
                .with("speed", times);
    }
}
