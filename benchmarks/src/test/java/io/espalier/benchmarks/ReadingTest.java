package io.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void readsWhatIsThere() throws Exception {
        JsonNode measured = JSON.readTree("{\"error\": 0, \"digest\": \"a1\", \"rounds\": [1]}");

        assertThat(Reading.number(measured, "error")).isZero();
        assertThat(Reading.text(measured, "digest")).isEqualTo("a1");
        assertThat(Reading.list(measured, "rounds")).hasSize(1);
    }

    /** A number that is none is kept as text. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"it\": null}", "{\"it\": \"NaN\"}", "{\"it\": \"\"}", "{\"it\": []}", "{\"it\": 1e999}"
            })
    void takesNothingForNoNumber(String json) throws Exception {
        JsonNode measured = JSON.readTree(json);
        assertThatThrownBy(() -> Reading.number(measured, "it"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no number it");
    }

    @Test
    void takesNothingForNoTextAndNoList() throws Exception {
        JsonNode measured = JSON.readTree("{\"digest\": \"\", \"nothing\": null, \"rounds\": []}");
        assertThatThrownBy(() -> Reading.text(measured, "nothing")).hasMessageContaining("no text nothing");
        assertThatThrownBy(() -> Reading.text(measured, "digest")).hasMessageContaining("no text digest");
        assertThatThrownBy(() -> Reading.text(measured, "other")).hasMessageContaining("no text other");
        assertThatThrownBy(() -> Reading.list(measured, "rounds")).hasMessageContaining("no list rounds");
    }

    @Test
    void reachesNoBarWithoutANumber() {
        assertThat(Bar.atMost(Double.NaN, 1)).isFalse();
        assertThat(Bar.atLeast(Double.NaN, 1)).isFalse();
    }
}
