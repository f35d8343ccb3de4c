package io.espalier.controller.device.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.Eventually;
import io.espalier.controller.Servers;
import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.DeviceCertificate;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.pki.CertificateAuthority;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.CertifiedSubject;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** Certificates that are kept at the moment in which their device is retired or replaced. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class CertificateBookIT {
    private final SecureRandom random = new SecureRandom();
    private final CertificateAuthority authority = CertificateAuthority.draw(Clock.systemUTC(), random);
    private final KeyPair key = CertificateRequest.drawKey(random);

    @Inject
    CertificateBook book;

    @Inject
    DeviceRegistry registry;

    @Inject
    Jdbi jdbi;

    @Test
    void keepsNothingForAKeyThatIsNotTheDevicesOrADeviceThatIsRetired() {
        DeviceId device = enrolled("book-it-one");

        assertThat(book.keep(certificate(device, CertificateRequest.drawKey(random))))
                .isFalse();
        assertThat(book.newest(device)).isEmpty();
        assertThat(book.keep(certificate(device, key))).isTrue();

        registry.retire(device, Instant.now());

        assertThat(book.keep(certificate(device, key))).isFalse();
        assertThat(isRevoked(device)).isTrue();
    }

    @Test
    void aRetirementRevokesWhatIsBeingKeptWhenItBegins() throws Exception {
        DeviceId device = enrolled("book-it-two");
        CompletableFuture<?> retirement;
        try (Handle keeping = jdbi.open()) {
            keeping.begin();
            assertThat(JdbcCertificateBook.keep(keeping, certificate(device, key)))
                    .isTrue();
            retirement = CompletableFuture.runAsync(() -> registry.retire(device, Instant.now()));
            Eventually.holds(
                    () -> assertThat(waits("update device set retired_at%")).isTrue());
            keeping.commit();
        }

        retirement.get(30, TimeUnit.SECONDS);
        assertThat(isRevoked(device)).isTrue();
    }

    @Test
    void keepsNothingWhereARetirementBeganBefore() throws Exception {
        DeviceId device = enrolled("book-it-three");
        CompletableFuture<Boolean> kept;
        try (Handle retiring = jdbi.open()) {
            retiring.begin();
            retiring.execute("update device set retired_at = now() where id = ?", device.value());
            kept = CompletableFuture.supplyAsync(() -> book.keep(certificate(device, key)));
            Eventually.holds(() -> assertThat(kept.isDone() || waits("select 1 from device%for update"))
                    .isTrue());
            retiring.commit();
        }

        assertThat(kept.get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(book.newest(device)).isEmpty();
    }

    private boolean isRevoked(DeviceId device) {
        return book.newest(device).orElseThrow().revokedAt() != null;
    }

    private boolean waits(String statement) {
        return jdbi.withHandle(handle -> handle.createQuery("select exists (select 1 from pg_stat_activity"
                        + " where wait_event_type = 'Lock' and query like :statement)")
                .bind("statement", statement)
                .mapTo(Boolean.class)
                .one());
    }

    private DeviceId enrolled(String id) {
        jdbi.useHandle(handle -> handle.createUpdate("insert into device (id, group_name, enrolled_at, key_digest)"
                        + " values (:id, 'default', now(), :key)")
                .bind("id", id)
                .bind("key", Sha256.of(key.getPublic().getEncoded()).hex())
                .execute());
        return new DeviceId(id);
    }

    private DeviceCertificate certificate(DeviceId device, KeyPair pair) {
        return new DeviceCertificate(
                device,
                authority
                        .device(
                                new SigningRequest(pair.getPublic()),
                                new CertifiedSubject.Device("default", device),
                                Duration.ofDays(7))
                        .get(0),
                null);
    }
}
