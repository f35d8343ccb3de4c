package io.espalier.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.BoundedHttp;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyCertifier;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTPS, with the controller's clock in the test's hand and the device's wherever it is. */
class RenewalTest {
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path folder;

    private final ManualClock cloud =
            new ManualClock(Instant.parse("2026-11-27T08:00:00Z").toEpochMilli());
    private final ToyCertifier certifier = new ToyCertifier(cloud);
    private HttpsServer https;
    private DeviceIdentity identity;

    @BeforeEach
    void enrol() throws Exception {
        https = certifier.https(ToyIdentity.DEVICE, Duration.ofDays(90));
        identity = ToyIdentity.in(folder);
        identity.install(certifier.certify(identity.request(), ToyIdentity.DEVICE, WEEK), Optional.empty());
    }

    @AfterEach
    void stop() {
        https.stop(0);
    }

    @Test
    void renewsBehindTwoThirdsOfTheLifeAndNotBefore() throws Exception {
        X509Certificate first = present();
        Renewal renewal = renewal(cloud);

        Duration wait = renewal.step();
        assertThat(wait).isPositive();
        assertThat(present()).isEqualTo(first);

        cloud.advance(Duration.ofDays(6));
        renewal.step();

        assertThat(present()).isNotEqualTo(first);
        assertThat(present().getNotAfter().toInstant())
                .isEqualTo(cloud.instant().plus(WEEK));
    }

    @Test
    void renewsAnExpiredCertificateOnADeviceWhoseClockIsYearsBehind() throws Exception {
        cloud.advance(Duration.ofDays(400));

        renewal(Clock.fixed(Instant.parse("2001-01-01T00:00:00Z"), ZoneOffset.UTC))
                .step();

        assertThat(present().getNotAfter().toInstant()).isAfter(cloud.instant());
    }

    @Test
    void doesNotRenewOverAndOverOnADeviceWhoseClockIsYearsAhead() throws Exception {
        X509Certificate first = present();
        Renewal renewal = renewal(Clock.fixed(Instant.parse("2050-01-01T00:00:00Z"), ZoneOffset.UTC));

        renewal.step();
        renewal.step();

        assertThat(present()).isEqualTo(first);
        assertThat(certifier.renewals()).isZero();
    }

    @Test
    void keepsWhatItHasWhenItIsRevoked() throws Exception {
        X509Certificate first = present();
        certifier.revoke();
        cloud.advance(Duration.ofDays(6));

        Duration wait = renewal(cloud).step();

        assertThat(present()).isEqualTo(first);
        assertThat(wait).isGreaterThanOrEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void triesAgainSoonWhenTheControllerIsAway() throws Exception {
        Renewal renewal = renewal(cloud);
        https.stop(0);

        assertThat(renewal.step()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void givesConnectionsTheNextCertificate() throws Exception {
        DeviceTls tls = ToyIdentity.tls(identity, Optional.empty(), cloud);
        var before = tls.get();
        assertThat(tls.get()).isSameAs(before);

        cloud.advance(Duration.ofDays(6));
        renewal(cloud).step();

        assertThat(tls.get()).isNotSameAs(before);
    }

    @Test
    void knowsItsControllerAtFirstSightByTheClaimBundle() throws Exception {
        DeviceIdentity fresh = ToyIdentity.in(Files.createDirectory(folder.resolve("fresh")));
        DeviceTls told = ToyIdentity.tls(fresh, Optional.of(certifier.fingerprint()), cloud);

        assertThat(ask(told).status()).isEqualTo(200);
    }

    @Test
    void speaksToNoControllerOfAnotherAuthority() throws Exception {
        DeviceIdentity fresh = ToyIdentity.in(Files.createDirectory(folder.resolve("fresh")));

        assertThatThrownBy(() -> ask(ToyIdentity.tls(fresh, Optional.of(Sha256.of(new byte[0])), cloud)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not of the authority this device believes in");
        assertThatThrownBy(() -> ask(ToyIdentity.tls(fresh, Optional.empty(), cloud)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("claim.bundle");
    }

    private BoundedHttp.Answer ask(DeviceTls tls) throws Exception {
        return new BoundedHttp(tls)
                .send(
                        HttpRequest.newBuilder(URI.create(url() + "/api/v1/certificates/challenge"))
                                .POST(HttpRequest.BodyPublishers.noBody()),
                        4096);
    }

    private Renewal renewal(Clock device) {
        return new Renewal(
                ToyIdentity.DEVICE,
                url(),
                identity,
                ToyIdentity.tls(identity, Optional.empty(), device),
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15), new SplittableRandom(1)),
                new SplittableRandom(1));
    }

    private URI url() {
        return URI.create("https://127.0.0.1:" + https.getAddress().getPort());
    }

    private X509Certificate present() {
        return identity.certified().orElseThrow().certificate();
    }
}
