package io.espalier.agent.serving;

import io.espalier.agent.http.RequestRefusedException;
import io.espalier.fuzz.Fuzzing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InferRequestFuzzTest {
    @Test
    void readsARequestOrRefusesIt() throws IOException, InterruptedException {
        Fuzzing.of(InferenceRequests.class)
                .from(seed("{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":"
                        + "[1,2.5,-3e2,4]}],\"outputs\":[{\"name\":\"y\"}]}"))
                .from(seed("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"parameters\":"
                        + "{\"binary_data_size\":16}}]}aaaabbbbccccdddd"))
                .findsNothing();
    }

    private static byte[] seed(String body) {
        int json = body.lastIndexOf('}') + 1;
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] seed = new byte[bytes.length + 2];
        seed[0] = (byte) (json >> 8);
        seed[1] = (byte) json;
        System.arraycopy(bytes, 0, seed, 2, bytes.length);
        return seed;
    }

    /** Two bytes of how long the JSON is, then the body. */
    public static final class InferenceRequests {
        private static final int ELEMENTS = 4;

        private InferenceRequests() {}

        public static void fuzzerTestOneInput(byte[] input) {
            if (input.length < 2) {
                return;
            }
            byte[] body = Arrays.copyOfRange(input, 2, input.length);
            int json = (input[0] & 0xFF) << 8 | input[1] & 0xFF;
            try {
                InferRequest.read(body, json > body.length ? null : Integer.toString(json), ELEMENTS);
            } catch (RequestRefusedException expected) {
                return;
            }
        }
    }
}
