package io.espalier.controller.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.ManualClock;
import io.espalier.controller.device.RenewalOutcome.NotProven;
import io.espalier.controller.device.RenewalOutcome.Renewed;
import io.espalier.controller.device.RenewalOutcome.Revoked;
import io.espalier.controller.device.RenewalOutcome.StaleNonce;
import io.espalier.controller.pki.Authority;
import io.espalier.pki.CertificateAuthority;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.RenewalProof;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class CertificationTest {
    private static final DeviceId CAMERA = new DeviceId("camera-1");
    private static final DeviceId OTHER = new DeviceId("camera-2");
    private static final Duration WEEK = Duration.ofDays(7);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-27T08:00:00Z"));
    private final SecureRandom random = new SecureRandom();
    private final CertificateAuthority authority = CertificateAuthority.draw(clock, random);
    private final InMemoryCertificateBook book = new InMemoryCertificateBook();
    private final Certification certification = new Certification(
            new InMemoryAuthority(),
            book,
            new RenewalNonces(() -> new SecretKeySpec(new byte[32], "HmacSHA256"), clock, random),
            clock);
    private final KeyPair key = CertificateRequest.drawKey(random);
    private Runnable whileCertifying = () -> {};

    @Test
    void certifiesTheKeyOfTheDeviceAndAnswersALostCallAgain() throws Exception {
        X509Certificate first = enrol(CAMERA, key);

        assertThat(first.getPublicKey()).isEqualTo(key.getPublic());
        assertThat(CertifiedSubject.of(first)).contains(new CertifiedSubject.Device("default", CAMERA));
        assertThat(enrol(CAMERA, key)).isEqualTo(first);
    }

    @Test
    void renewsOnceTwoThirdsOfTheLifeAreOver() throws Exception {
        X509Certificate first = enrol(CAMERA, key);

        assertThat(renew(CAMERA, key)).isEqualTo(new Renewed(first));
        clock.advance(Duration.ofDays(5));

        X509Certificate second = ((Renewed) renew(CAMERA, key)).certificate();
        assertThat(second).isNotEqualTo(first);
        assertThat(second.getNotAfter().toInstant()).isEqualTo(clock.instant().plus(WEEK));
        assertThat(renew(CAMERA, key)).isEqualTo(new Renewed(second));
    }

    @Test
    void renewsACertificateThatExpiredLongAgo() throws Exception {
        enrol(CAMERA, key);
        clock.advance(Duration.ofDays(1000));

        assertThat(renew(CAMERA, key))
                .isInstanceOfSatisfying(
                        Renewed.class,
                        renewed -> assertThat(
                                        renewed.certificate().getNotAfter().toInstant())
                                .isAfter(clock.instant()));
    }

    @Test
    void refusesTheRevoked() throws Exception {
        enrol(CAMERA, key);
        book.revoke(CAMERA, clock.instant());

        assertThat(renew(CAMERA, key)).isInstanceOf(Revoked.class);
        clock.advance(Duration.ofDays(1000));
        assertThat(renew(CAMERA, key)).isInstanceOf(Revoked.class);
    }

    @Test
    void refusesWhoeverDoesNotHaveTheKey() throws Exception {
        enrol(CAMERA, key);
        KeyPair thief = CertificateRequest.drawKey(random);

        assertThat(renew(CAMERA, thief)).isInstanceOf(NotProven.class);
        assertThat(renew(OTHER, key)).isInstanceOf(NotProven.class);
    }

    @Test
    void refusesTheProofOfOneDeviceForAnother() throws Exception {
        enrol(CAMERA, key);
        enrol(OTHER, CertificateRequest.drawKey(random));
        String nonce = certification.challenge();

        assertThat(certification.renew(OTHER, nonce, RenewalProof.sign(key.getPrivate(), CAMERA, nonce)))
                .isInstanceOf(NotProven.class);
    }

    @Test
    void refusesTheMachineThatWasReplaced() throws Exception {
        enrol(CAMERA, key);
        book.revoke(CAMERA, clock.instant());
        enrol(CAMERA, CertificateRequest.drawKey(random));

        assertThat(renew(CAMERA, key)).isInstanceOf(NotProven.class);
    }

    @Test
    void refusesAnOldNonceAndAForeignOne() throws Exception {
        enrol(CAMERA, key);
        String nonce = certification.challenge();
        byte[] proof = RenewalProof.sign(key.getPrivate(), CAMERA, nonce);
        clock.advance(Duration.ofMinutes(6));

        assertThat(certification.renew(CAMERA, nonce, proof)).isInstanceOf(StaleNonce.class);
        for (String foreign : new String[] {"", "?", "AAAA", "A".repeat(75), nonce.substring(1) + "A"}) {
            assertThat(certification.renew(CAMERA, foreign, RenewalProof.sign(key.getPrivate(), CAMERA, foreign)))
                    .isInstanceOf(StaleNonce.class);
        }
    }

    @Test
    void forgetsWhatWasReplacedButNeverWhatWasRevoked() throws Exception {
        X509Certificate first = enrol(CAMERA, key);
        enrol(OTHER, CertificateRequest.drawKey(random));
        book.revoke(CAMERA, clock.instant());
        clock.advance(Duration.ofDays(5));

        assertThat(book.revoked(clock.instant())).containsExactly(first.getSerialNumber());
        book.forget(clock.instant().plus(Duration.ofDays(100)));
        assertThat(book.newest(Set.of(CAMERA, OTHER))).containsOnlyKeys(CAMERA, OTHER);
        assertThat(book.revoked(clock.instant().plus(Duration.ofDays(3)))).isEmpty();
    }

    @Test
    void givesNothingToADeviceThatIsRetiredWhileItIsCertified() throws Exception {
        SigningRequest request = SigningRequest.of(CertificateRequest.of(key));
        X509Certificate first = enrol(CAMERA, key);
        clock.advance(Duration.ofDays(5));
        whileCertifying = () -> book.revoke(CAMERA, clock.instant());

        assertThat(renew(CAMERA, key)).isInstanceOf(Revoked.class);
        assertThat(certification.enrolled(CAMERA, request)).isEmpty();
        assertThat(book.newest(CAMERA).orElseThrow().certificate()).isEqualTo(first);
    }

    private X509Certificate enrol(DeviceId device, KeyPair pair) throws Exception {
        return certification
                .enrolled(device, SigningRequest.of(CertificateRequest.of(pair)))
                .orElseThrow();
    }

    private RenewalOutcome renew(DeviceId device, KeyPair pair) {
        String nonce = certification.challenge();
        return certification.renew(device, nonce, RenewalProof.sign(pair.getPrivate(), device, nonce));
    }

    private final class InMemoryAuthority implements Authority {
        @Override
        public X509Certificate certificate() {
            return authority.certificate();
        }

        @Override
        public Sha256 fingerprint() {
            return authority.fingerprint();
        }

        @Override
        public X509Certificate certify(SigningRequest request, DeviceId device) {
            whileCertifying.run();
            return authority
                    .device(request, new CertifiedSubject.Device("default", device), WEEK)
                    .get(0);
        }

        @Override
        public void revokeOnly(Set<BigInteger> serials) {}
    }
}
