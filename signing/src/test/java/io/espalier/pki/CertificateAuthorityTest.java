package io.espalier.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.DeviceId;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.Pem;
import io.espalier.tls.TlsIdentity;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
    private static final CertifiedSubject.Device CAMERA =
            new CertifiedSubject.Device("default", new DeviceId("camera_2"));
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final CertificateAuthority authority =
            CertificateAuthority.draw(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());

    @Test
    void givesADeviceTheNameThatItIsToldAndNotTheOneInTheRequest() throws Exception {
        X509Certificate certificate = device(Duration.ofDays(7));

        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=camera_2,OU=default,O=Espalier device");
        assertThat(CertifiedSubject.of(certificate)).contains(CAMERA);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        certificate.verify(authority.certificate().getPublicKey());
    }

    @Test
    void isGoodForAsLongAsAsked() throws Exception {
        X509Certificate certificate = device(Duration.ofDays(7));

        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(7)));
        assertThat(certificate.getNotBefore().toInstant()).isBefore(NOW);
        assertThatThrownBy(() -> device(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesNoSerialNumberTwice() throws Exception {
        assertThat(device(Duration.ofDays(7)).getSerialNumber())
                .isNotEqualTo(device(Duration.ofDays(7)).getSerialNumber());
    }

    @Test
    void namesAServerByItsHosts() throws Exception {
        TlsIdentity server = authority.server("kafka", List.of("broker.example", "10.0.0.7"), Duration.ofDays(1));

        assertThat(server.certificate().getSubjectAlternativeNames())
                .extracting(each -> String.valueOf(each.get(1)))
                .contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "broker.example", "10.0.0.7");
        assertThat(server.certificate().getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
        assertThat(CertifiedSubject.of(server.certificate())).isEmpty();
    }

    @Test
    void doesNotMistakeADeviceOfATenantThatIsCalledServiceForAService() throws Exception {
        var device = new CertifiedSubject.Device("service", new DeviceId("controller"));
        X509Certificate impostor = authority
                .device(SigningRequest.of(Requests.of(Requests.pair("secp256r1"))), device, Duration.ofDays(1))
                .get(0);
        X509Certificate service =
                authority.service("controller", Duration.ofDays(1)).certificate();

        assertThat(CertifiedSubject.of(service)).contains(new CertifiedSubject.Service("controller"));
        assertThat(CertifiedSubject.of(impostor)).contains(device);
        assertThat(impostor.getSubjectX500Principal()).isNotEqualTo(service.getSubjectX500Principal());
    }

    @Test
    void signsAListOfWhatCountsNoMore() throws Exception {
        X509Certificate revoked = device(Duration.ofDays(7));
        X509Certificate good = device(Duration.ofDays(7));
        X509CRL list = Pem.crl(Pem.of(authority.revocations(List.of(revoked.getSerialNumber(), BigInteger.TEN))));

        list.verify(authority.certificate().getPublicKey());
        assertThat(list.isRevoked(revoked)).isTrue();
        assertThat(list.isRevoked(good)).isFalse();
        assertThatThrownBy(() -> list.verify(CertificateAuthority.draw(Clock.systemUTC(), new SecureRandom())
                        .certificate()
                        .getPublicKey()))
                .isInstanceOf(SignatureException.class);
    }

    private X509Certificate device(Duration lifetime) throws Exception {
        return authority
                .device(SigningRequest.of(Requests.of(Requests.pair("secp256r1"))), CAMERA, lifetime)
                .get(0);
    }
}
