package io.espalier.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

class PemTest {
    @Test
    void readsTheKeyThatItWrote() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        PrivateKey key = generator.generateKeyPair().getPrivate();

        assertThat(Pem.privateKey("# told in a comment\n" + Pem.of(key))).isEqualTo(key);
    }

    @Test
    void saysWhichBlockIsMissing() {
        assertThatThrownBy(() -> Pem.certificates("nothing here"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BEGIN CERTIFICATE");
    }

    @Test
    void refusesRubbishInABlock() {
        String rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

        assertThatThrownBy(() -> Pem.certificates(rubbish))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Not a certificate");
    }
}
