package io.espalier.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pki.CertificateAuthority;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.CertifiedSubject;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServerTrustTest {
    private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");

    private final CertificateAuthority authority =
            CertificateAuthority.draw(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());
    private final X509Certificate[] server =
            authority.server("s", List.of(), Duration.ofDays(90)).chain().toArray(new X509Certificate[0]);

    @Test
    void goesByDatesOnceTheTimeIsProven() {
        assertThatCode(() -> trustAt(Optional.of(NOW)).checkServerTrusted(server, "ECDHE_ECDSA"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        trustAt(Optional.of(NOW.plus(Duration.ofDays(91)))).checkServerTrusted(server, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }

    /** It was months ahead, and would never be heard again. */
    @Test
    void hearsAControllerAgainWhoseClockWasWrong() throws Exception {
        AtomicReference<Optional<Instant>> proven = new AtomicReference<>(Optional.of(NOW.plus(Duration.ofDays(200))));
        ServerTrust trust = new ServerTrust(() -> Optional.of(authority.fingerprint()), proven::get, until -> {
            proven.set(Optional.empty());
            return true;
        });

        assertThatThrownBy(() -> trust.checkServerTrusted(server, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("the next connection is judged without that");
        assertThatCode(() -> trust.checkServerTrusted(server, "ECDHE_ECDSA")).doesNotThrowAnyException();
    }

    @Test
    void doubtsTheTimeForNobodyButAServerOfItsAuthority() throws Exception {
        X509Certificate[] forged = {
            CertificateAuthority.draw(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom())
                    .server("s", List.of(), Duration.ofDays(1))
                    .certificate(),
            authority.certificate()
        };
        X509Certificate[] device = device();
        AtomicInteger doubts = new AtomicInteger();
        ServerTrust trust = new ServerTrust(
                () -> Optional.of(authority.fingerprint()),
                () -> Optional.of(NOW.plus(Duration.ofDays(30))),
                until -> doubts.incrementAndGet() > 0);

        for (X509Certificate[] chain : List.of(forged, device)) {
            assertThatThrownBy(() -> trust.checkServerTrusted(chain, "ECDHE_ECDSA"))
                    .isInstanceOf(CertificateException.class);
        }
        assertThat(doubts).hasValue(0);
    }

    @Test
    void doesNotGoByDatesThatItCannotKnow() {
        assertThatCode(() -> trustAt(Optional.empty()).checkServerTrusted(server, "ECDHE_ECDSA"))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesADeviceThatPosesAsAServer() throws Exception {
        X509Certificate[] device = device();

        assertThatThrownBy(() -> trustAt(Optional.empty()).checkServerTrusted(device, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesAChainThatOnlyShowsTheAuthority() {
        X509Certificate[] forged = {
            CertificateAuthority.draw(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom())
                    .server("s", List.of(), Duration.ofDays(90))
                    .certificate(),
            authority.certificate()
        };

        assertThatThrownBy(() -> trustAt(Optional.empty()).checkServerTrusted(forged, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }

    private X509Certificate[] device() throws Exception {
        return authority
                .device(
                        SigningRequest.of(CertificateRequest.of(CertificateRequest.drawKey(new SecureRandom()))),
                        new CertifiedSubject.Device("default", new DeviceId("d")),
                        Duration.ofDays(7))
                .toArray(new X509Certificate[0]);
    }

    private ServerTrust trustAt(Optional<Instant> proven) {
        return new ServerTrust(() -> Optional.of(authority.fingerprint()), () -> proven, until -> false);
    }
}
