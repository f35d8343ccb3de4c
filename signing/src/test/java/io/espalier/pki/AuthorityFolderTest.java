package io.espalier.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.signing.CustodyException;
import io.espalier.tls.TlsIdentity;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityFolderTest {
    private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
    private static final char[] PASSPHRASE = "correct horse".toCharArray();

    @TempDir
    Path folder;

    private @Nullable CertificateAuthority authority;

    @Test
    void opensTheAuthorityThatWasMade() {
        AuthorityFolder made = open(NOW);

        assertThat(open(NOW).authority().fingerprint())
                .isEqualTo(made.authority().fingerprint());
    }

    @Test
    void isMadeOnceWhoeverComesFirst() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<AuthorityFolder>> opened =
                    threads.invokeAll(List.of(() -> open(NOW), () -> open(NOW), () -> open(NOW)));

            assertThat(opened)
                    .extracting(each -> each.get().authority().fingerprint())
                    .containsOnly(open(NOW).authority().fingerprint());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void staysShutToAnotherPassphrase() {
        open(NOW);

        assertThatThrownBy(() -> AuthorityFolder.open(folder, "wrong".toCharArray(), at(NOW), new SecureRandom()))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("ca.key");
    }

    @Test
    void saysWhatToDoWhenTheKeyIsGone() throws Exception {
        open(NOW);
        Files.delete(folder.resolve("ca.key"));

        assertThatThrownBy(() -> open(NOW))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("ca.key")
                .hasMessageContaining("put it back");
    }

    @Test
    void hidesKeysFromEverybodyElse() throws Exception {
        AuthorityFolder opened = open(NOW);
        opened.server("kafka", List.of());

        for (Path file : List.of(folder.resolve("ca.key"), opened.identityFile("kafka"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(folder.resolve("ca.key")).content().doesNotContain("PRIVATE KEY");
    }

    @Test
    void givesAServerTheSameCertificateUntilItIsTimeForAnother() {
        TlsIdentity first = unlocked(NOW).server("kafka", List.of("::2", "broker.example"));

        assertThat(unlocked(NOW.plus(Duration.ofDays(59))).server("kafka", List.of("broker.example", "::2")))
                .isEqualTo(first);
        assertThat(unlocked(NOW.plus(Duration.ofDays(61))).server("kafka", List.of("broker.example", "::2")))
                .isNotEqualTo(first);
    }

    @Test
    void givesAServerAnotherCertificateForOtherHosts() {
        AuthorityFolder opened = unlocked(NOW);

        assertThat(opened.server("kafka", List.of("broker.example")))
                .isNotEqualTo(opened.server("kafka", List.of()))
                .isNotEqualTo(opened.server("kafka", List.of("other.example")));
    }

    @Test
    void issuesAnewWhatWasSpoilt() throws Exception {
        AuthorityFolder opened = unlocked(NOW);
        TlsIdentity first = opened.service("controller");
        Files.writeString(opened.identityFile("controller"), "rubbish");

        assertThat(opened.service("controller")).isNotEqualTo(first);
    }

    @Test
    void keepsTheListOfTheRevoked() {
        AuthorityFolder opened = unlocked(NOW);
        opened.revoke(List.of(BigInteger.ONE));
        unlocked(NOW).revoke(List.of(BigInteger.TWO));

        assertThat(unlocked(NOW).revoked()).containsExactlyInAnyOrder(BigInteger.ONE, BigInteger.TWO);
    }

    @Test
    void letsTheListBeMadeAnew() {
        AuthorityFolder opened = unlocked(NOW);
        opened.revoke(List.of(BigInteger.ONE));
        opened.revokeOnly(List.of(BigInteger.TEN));

        assertThat(opened.revoked()).containsExactly(BigInteger.TEN);
    }

    @Test
    void refusesNamesThatWouldLeaveTheFolderOrTakeTheAuthoritysFiles() {
        AuthorityFolder opened = unlocked(NOW);

        assertThatThrownBy(() -> opened.service("../x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> opened.service("ca")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Without the passphrase, whose rounds take time. */
    private AuthorityFolder unlocked(Instant now) {
        CertificateAuthority known =
                authority == null ? CertificateAuthority.draw(at(now), new SecureRandom()) : authority;
        authority = known;
        AuthorityFolder opened = new AuthorityFolder(folder, known, at(now));
        if (!Files.exists(opened.revocationFile())) {
            opened.revokeOnly(List.of());
        }
        return opened;
    }

    private AuthorityFolder open(Instant now) {
        return AuthorityFolder.open(folder, PASSPHRASE, at(now), new SecureRandom());
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }
}
