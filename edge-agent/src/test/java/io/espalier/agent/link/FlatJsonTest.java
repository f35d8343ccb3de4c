package io.espalier.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatJsonTest {
    @Test
    void findsEveryStringByItsPath() throws Exception {
        assertThat(FlatJson.strings(bytes("{\"a\":\"1\",\"b\":{\"c\":\"2\",\"d\":3},\"e\":[\"4\"]}")))
                .containsOnly(entry("a", "1"), entry("b.c", "2"), entry("e.0", "4"));
    }

    /** What a gateway in between may answer. */
    @ParameterizedTest
    @ValueSource(strings = {"\"Bad Gateway\"", "<html>", "{\"a\":", "\"", "{]"})
    void refusesWhatIsNoObject(String answer) {
        assertThatThrownBy(() -> FlatJson.strings(bytes(answer))).isInstanceOf(IOException.class);
        assertThat(FlatJson.problem(bytes(answer))).isEmpty();
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
