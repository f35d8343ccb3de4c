package io.espalier.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DsseTest {
    @Test
    void encodesAsTheProtocolSays() {
        // DSSE protocol v1.0.2, "Test Vectors".
        assertThat(encoded("http://example.com/HelloWorld", "hello world"))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    void countsBytesNotCharacters() {
        assertThat(encoded("ä", "ö")).isEqualTo("DSSEv1 2 ä 2 ö");
    }

    private static String encoded(String type, String payload) {
        return new String(
                Dsse.preAuthenticationEncoding(type, payload.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}
