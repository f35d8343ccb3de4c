package io.espalier.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.trust.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderTest {
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final char[] PASSPHRASE = "p".toCharArray();

    @TempDir
    Path temporary;

    private KeyFolder folder;

    @BeforeEach
    void make() {
        folder = new KeyFolder(temporary.resolve("keys"));
        folder.make("acme", PASSPHRASE, NOW, YEAR, new SecureRandom(), List.of());
    }

    @Test
    void holdsAKeyOfItsOwnForEachRole() {
        for (Role role : Role.values()) {
            assertThat(folder.signers(role, PASSPHRASE))
                    .extracting(Signer::keyId)
                    .containsExactlyElementsOf(folder.root().role(role).keys().keySet());
        }
        assertThat(folder.keyFiles()).hasSize(3);
    }

    @Test
    void isReadableByItsOwnerOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
        for (Path file : folder.keyFiles()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void takesTheRootThatFollowsAndNoOther() {
        Signer root = folder.signers(Role.ROOT, PASSPHRASE).get(0);
        byte[] second = Signer.envelope(
                Role.ROOT, RootDraft.after(folder.root()).build(NOW, YEAR).toByteArray(), List.of(root));

        folder.append(second);

        assertThat(folder.root().version()).isEqualTo(2);
        assertThatThrownBy(() -> folder.append(second))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("root 2 is not newer than root 2");
        assertThatThrownBy(() -> folder.append(Signer.envelope(
                        Role.ROOT,
                        RootDraft.after(folder.root()).build(NOW, YEAR).toByteArray(),
                        List.of(Signer.draw()))))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("unknown key");
    }

    @Test
    void refusesADraftThatCouldNeverBeSigned() {
        String only =
                folder.root().role(Role.RELEASE).keys().keySet().iterator().next();

        assertThatThrownBy(() -> RootDraft.after(folder.root()).revoke(only).build(NOW, YEAR))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("would ask for 1 signatures and have 0 keys");
        assertThatThrownBy(() ->
                        RootDraft.after(folder.root()).threshold(Role.ROOT, 2).build(NOW, YEAR))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("add a key");
    }

    @Test
    void drawsAPassphraseOnce() {
        Path file = temporary.resolve("secret/passphrase");

        char[] drawn = Passphrase.readOrDraw(file, new SecureRandom());

        assertThat(drawn).hasSize(43);
        assertThat(Passphrase.readOrDraw(file, new SecureRandom())).isEqualTo(drawn);
    }
}
