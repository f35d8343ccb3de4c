package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsVerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsWhereRoundsAreTwoPointsBetterInTheMean() throws Exception {
        assertThat(holds(new double[] {0.70, 0.60}, new double[] {0.69, 0.65})).isTrue();
    }

    @Test
    void missesWithOneImageLess() throws Exception {
        assertThat(holds(new double[] {0.70, 0.60}, new double[] {0.69, 0.6499}))
                .isFalse();
    }

    private boolean holds(double[] atOnce, double[] inRounds) throws IOException {
        MadeUpResults results = new MadeUpResults(folder, atOnce.length);
        for (int seed = 1; seed <= atOnce.length; seed++) {
            results.with("at-once." + seed, "{'accuracy': " + atOnce[seed - 1] + "}");
            results.with("in-rounds." + seed, "{'accuracy': " + inRounds[seed - 1] + ", 'dense': 0.75}");
        }
        return results.judgedBy(new WeightsBenchmark()).holds();
    }
}
