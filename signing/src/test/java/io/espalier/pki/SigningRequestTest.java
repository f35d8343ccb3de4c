package io.espalier.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.tls.CertificateRequest;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SigningRequestTest {
    private final KeyPair pair = Requests.pair("secp256r1");

    @Test
    void takesTheKeyOfWhoHasIt() throws Exception {
        assertThat(SigningRequest.of(Requests.of(pair)).key()).isEqualTo(pair.getPublic());
    }

    @Test
    void takesWhatDevicesSend() throws Exception {
        assertThat(SigningRequest.of(CertificateRequest.of(pair)).key()).isEqualTo(pair.getPublic());
    }

    @Test
    void namesAKeyWhateverRequestItComesIn() throws Exception {
        SigningRequest one = SigningRequest.of(Requests.of(pair));
        SigningRequest again = SigningRequest.of(Requests.of(pair));

        assertThat(one.keyDigest()).isEqualTo(again.keyDigest());
    }

    @Test
    void refusesTheKeyOfAnother() {
        byte[] stolen = Requests.of(pair.getPublic(), Requests.pair("secp256r1").getPrivate(), "SHA256withECDSA");

        assertThatThrownBy(() -> SigningRequest.of(stolen))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("its sender does not have that key");
    }

    @Test
    void refusesOtherCurvesAndKinds() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();

        assertThatThrownBy(() -> SigningRequest.of(Requests.of(Requests.pair("secp384r1"))))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("P-256");
        assertThatThrownBy(() -> SigningRequest.of(Requests.of(rsa.getPublic(), rsa.getPrivate(), "SHA256withRSA")))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("P-256");
    }

    @Test
    void refusesAWeakSignature() {
        byte[] weak = Requests.of(pair.getPublic(), pair.getPrivate(), "SHA1withECDSA");

        assertThatThrownBy(() -> SigningRequest.of(weak))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("SHA-256");
    }

    @Test
    void refusesWhatIsNoRequest() {
        byte[] cut = Arrays.copyOf(Requests.of(pair), 40);

        assertThatThrownBy(() -> SigningRequest.of(cut)).isInstanceOf(RequestRefusedException.class);
        assertThatThrownBy(() -> SigningRequest.of(new byte[0])).isInstanceOf(RequestRefusedException.class);
        assertThatThrownBy(() -> SigningRequest.of(new byte[5000]))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("longer than");
    }
}
