package io.espalier.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    @Test
    void saysWhatAFamilyIsBeforeItsSamples() {
        Exposition out = new Exposition();

        out.family("a_total", "counter", "Help.")
                .sample(3)
                .family("b", "gauge", "More.")
                .sample(Map.of("x", "y"), 0.5);

        assertThat(out.toString()).isEqualTo("""
                # HELP a_total Help.
                # TYPE a_total counter
                a_total 3
                # HELP b More.
                # TYPE b gauge
                b{x="y"} 0.5
                """);
    }

    @Test
    void escapesHelpAndLabels() {
        Exposition out = new Exposition();

        out.family("a", "gauge", "back\\slash, \"quote\"\nline").sample(Map.of("x", "back\\slash, \"quote\"\nline"), 1);

        assertThat(out.toString()).contains("# HELP a back\\\\slash, \"quote\"\\nline\n");
        assertThat(out.toString()).contains("a{x=\"back\\\\slash, \\\"quote\\\"\\nline\"} 1\n");
    }

    @Test
    void writesNumbersAsTheyAreRead() {
        assertThat(Exposition.number(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
        assertThat(Exposition.number(1e-5)).isEqualTo("1.0E-5");
        assertThat(Exposition.number(12345678901L)).isEqualTo("12345678901");
    }

    @Test
    void refusesASecondFamilyOrSeriesOfOneName() {
        Exposition out = new Exposition().family("a", "gauge", "Help.").sample(Map.of("x", "1"), 1);

        assertThatThrownBy(() -> out.sample(Map.of("x", "1"), 2)).hasMessageContaining("a{x=\"1\"}");
        assertThatThrownBy(() -> out.sample(Map.of("x-y", "1"), 2)).hasMessageContaining("x-y");
        assertThatThrownBy(() -> out.family("a", "gauge", "Help.")).hasMessageContaining("not new");
        assertThatThrownBy(() -> out.family("a b", "gauge", "Help.")).hasMessageContaining("a b");
        assertThatThrownBy(() -> new Exposition().sample(1)).hasMessageContaining("no family");
    }
}
