package io.espalier.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class LockedKeyTest {
    private static final char[] PASSPHRASE = "correct horse".toCharArray();
    private final Signer signer = Signer.draw();
    private final String locked =
            new String(LockedKey.lock(signer, PASSPHRASE, new SecureRandom()), StandardCharsets.US_ASCII);

    @Test
    void opensWithItsPassphraseAndSignsAsBefore() {
        Signer opened = LockedKey.unlock(locked.getBytes(StandardCharsets.US_ASCII), PASSPHRASE, "k");

        assertThat(opened.publicKey()).isEqualTo(signer.publicKey());
        assertThat(opened.encoded()).isEqualTo(signer.encoded());
    }

    @Test
    void staysShutToAnotherPassphrase() {
        assertThatThrownBy(
                        () -> LockedKey.unlock(locked.getBytes(StandardCharsets.US_ASCII), "wrong".toCharArray(), "k"))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("the passphrase is another, or the file was changed");
    }

    @Test
    void staysShutWithThePublicHalfOfAnotherKey() {
        String other =
                new String(LockedKey.lock(Signer.draw(), PASSPHRASE, new SecureRandom()), StandardCharsets.US_ASCII);
        String mixed = locked.replace(line(locked, "public="), line(other, "public="));

        assertThatThrownBy(() -> LockedKey.unlock(mixed.getBytes(StandardCharsets.US_ASCII), PASSPHRASE, "k"))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("the file was changed");
    }

    @Test
    void refusesSoManyRoundsThatTheyWouldNeverEnd() {
        String endless = locked.replaceAll("rounds=\\d+", "rounds=2000000000");

        assertThatThrownBy(() -> LockedKey.unlock(endless.getBytes(StandardCharsets.US_ASCII), PASSPHRASE, "k"))
                .isInstanceOf(CustodyException.class);
    }

    @Test
    void showsNoSecret() {
        assertThat(signer.toString()).hasSizeLessThan(30);
        assertThat(locked).doesNotContain(java.util.Base64.getEncoder().encodeToString(signer.encoded()));
    }

    private static String line(String text, String start) {
        return text.lines().filter(each -> each.startsWith(start)).findFirst().orElseThrow();
    }
}
