package io.espalier.agent.link;

import io.espalier.fuzz.Fuzzing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FlatJsonFuzzTest {
    @Test
    void isTakenOrRefused() throws IOException, InterruptedException {
        Fuzzing.of(Answers.class)
                .from(bytes("{\"device\":\"d\",\"mqtt\":{\"url\":\"tcp://h\",\"ports\":[1,\"2\"]},\"none\":null}"))
                .from(bytes("{\"type\":\"about:blank\",\"title\":\"Conflict\",\"detail\":\"d\"}"))
                .from(bytes("\"Bad Gateway\""))
                .findsNothing();
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /** Whatever a gateway in between may answer. */
    public static final class Answers {
        private Answers() {}

        public static void fuzzerTestOneInput(byte[] bytes) {
            FlatJson.problem(bytes);
            try {
                FlatJson.required(FlatJson.strings(bytes), "device");
            } catch (IOException expected) {
                return;
            }
        }
    }
}
