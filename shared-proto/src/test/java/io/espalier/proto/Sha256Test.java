package io.espalier.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Sha256Test {
    // FIPS 180-2, appendix B.1
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void digestsContent() {
        assertThat(Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)).hex()).isEqualTo(OF_ABC);
    }

    @Test
    void goesToBytesAndBack() {
        Sha256 digest = new Sha256(OF_ABC);

        assertThat(digest.bytes()).hasSize(32);
        assertThat(Sha256.ofBytes(digest.bytes())).isEqualTo(digest);
    }

    @Test
    void refusesWhatIsNotADigest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sha256(OF_ABC.toUpperCase(java.util.Locale.ROOT)))
                .withMessageContaining("64 lower-case");
    }
}
