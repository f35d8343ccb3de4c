package io.espalier.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.Sha256;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimBundleTest {
    private static final Sha256 CA = Sha256.of(new byte[] {1});
    private final ClaimBundle bundle = new ClaimBundle(URI.create("https://controller.example:8443"), "esp_a-b_c", CA);

    @Test
    void survivesBeingPasted() {
        assertThat(ClaimBundle.parse("  " + bundle.line() + "\n")).isEqualTo(bundle);
        assertThat(ClaimBundle.parse("https://[::1]:8443/#token=t&ca=" + CA).controller())
                .isEqualTo(URI.create("https://[::1]:8443"));
    }

    @Test
    void showsNoToken() {
        assertThat(bundle.toString()).contains("controller.example").doesNotContain("esp_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "esp_token",
                "http://controller.example#token=t&ca=%s",
                "https://controller.example#token=t",
                "https://controller.example/path#token=t&ca=%s",
                "https://controller.example#token=t&ca=%s0"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> ClaimBundle.parse(text.formatted(CA)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("copy the whole line");
    }
}
