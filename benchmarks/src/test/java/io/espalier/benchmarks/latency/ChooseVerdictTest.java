package io.espalier.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChooseVerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsAtItsTimeWhileColdAndAtItsErrorBySharing() throws Exception {
        assertThat(holds("{'all': 1.0}, {'all': 1.5}", 0.035)).isTrue();
    }

    @Test
    void missesWithAHairMoreOfEither() throws Exception {
        assertThat(holds("{'all': 1.001}, {'all': 0.5}", 0.035)).isFalse();
        assertThat(holds("{'all': 1.0}, {'all': 0.5}", 0.0351)).isFalse();
    }

    @Test
    void needsATimeAndAnError() throws Exception {
        assertThatThrownBy(() -> holds("{}", 0.03)).hasMessageContaining("all");
        MadeUpResults unchecked = new MadeUpResults(folder, 1).with("choose", "{'repeats': [{'all': 0.5}]}");
        assertThatThrownBy(() -> unchecked.judgedBy(new ChooseBenchmark())).hasMessageContaining("error");
    }

    /** Where models that are learned in full err by 3 %. */
    private boolean holds(String repeats, double error) throws IOException {
        return new MadeUpResults(folder, 1)
                .with(
                        "choose",
                        "{'variants': 16, 'repeats': [" + repeats + "], 'check': {'error': " + error
                                + ", 'errorInFull': 0.03}}")
                .judgedBy(new ChooseBenchmark())
                .holds();
    }
}
