package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResNet8VerdictTest {
    @TempDir
    Path folder;

    private MadeUpResults results;

    @BeforeEach
    void reachEveryBar() throws Exception {
        results = new MadeUpResults(folder, 1)
                .with("dense", "{'accuracy': 0.86}")
                .with("dense-long", "{'accuracy': 0.87}")
                .with("at-1.65x", "{'accuracy': 0.797}")
                .with("at-2.2x", "{'accuracy': 0.75}")
                .with("at-1.5x-long", "{'accuracy': 0.855}")
                .with("speed", "{'dense': 660, 'at-1.65x': 400, 'at-2.2x': 300}")
                .with("speed-long", "{'dense': 660, 'at-1.5x-long': 440}");
    }

    @Test
    void holdsAtItsThreeAccuraciesAndThreeSpeeds() {
        assertThat(holds()).isTrue();
    }

    @Test
    void missesWhereOneIsWrongOnOneImageMore() throws Exception {
        missesWith("at-1.65x", "{'accuracy': 0.7969}", "{'accuracy': 0.797}");
        missesWith("at-2.2x", "{'accuracy': 0.7499}", "{'accuracy': 0.75}");
        missesWith("at-1.5x-long", "{'accuracy': 0.8549}", "{'accuracy': 0.855}");
        missesWith("dense-long", "{'accuracy': 0.8701}", "{'accuracy': 0.87}");
    }

    @Test
    void missesWhereOneIsAHairSlower() throws Exception {
        missesWith(
                "speed",
                "{'dense': 660, 'at-1.65x': 400.1, 'at-2.2x': 300}",
                "{'dense': 660, 'at-1.65x': 400, 'at-2.2x': 300}");
        missesWith(
                "speed",
                "{'dense': 660, 'at-1.65x': 400, 'at-2.2x': 300.1}",
                "{'dense': 660, 'at-1.65x': 400, 'at-2.2x': 300}");
        missesWith("speed-long", "{'dense': 660, 'at-1.5x-long': 440.1}", "{'dense': 660, 'at-1.5x-long': 440}");
    }

    @Test
    void takesAnUntimedNetworkForNoFastOne() throws Exception {
        results.with("speed-long", "{'dense': 660}");
        assertThatThrownBy(this::holds).hasMessageContaining("at-1.5x-long");
    }

    @Test
    void needsTheUnprunedNetworkThatWasTrainedAsLong() throws Exception {
        results.with("dense-long", "{}");
        assertThatThrownBy(this::holds).hasMessageContaining("accuracy");
    }

    private void missesWith(String step, String beyond, String atTheBar) throws Exception {
        results.with(step, beyond);
        assertThat(holds()).as("%s: %s", step, beyond).isFalse();
        results.with(step, atTheBar);
    }

    private boolean holds() {
        return results.judgedBy(new ResNet8Benchmark()).holds();
    }
}
