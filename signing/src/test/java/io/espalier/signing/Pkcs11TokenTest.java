package io.espalier.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against SoftHSM, a PKCS#11 token in software; skipped where it is not installed. */
class Pkcs11TokenTest {
    private static final String PIN = "1234";

    @TempDir
    Path folder;

    @Test
    void signsRootsWithAKeyThatNeverLeavesTheToken() throws Exception {
        Path library = softHsm();
        Path configuration = token(library);
        keytool(configuration, "espalier-release");
        Pkcs11Token token = Pkcs11Token.open(configuration, PIN.toCharArray());
        Signer inToken = token.signer("espalier-release");
        KeyFolder keys = new KeyFolder(folder.resolve("keys"));

        TrustedRoot root = keys.make(
                "acme",
                "p".toCharArray(),
                Instant.now(),
                Duration.ofDays(1),
                new SecureRandom(),
                List.of(new KeyFolder.Given(Role.ROOT, inToken), new KeyFolder.Given(Role.RELEASE, inToken)));

        assertThat(TrustedRoot.anchor(root.envelope())).isInstanceOf(Verdict.Verified.class);
        assertThat(root.role(Role.RELEASE).keys()).containsOnlyKeys(inToken.keyId());
        assertThatThrownBy(inToken::encoded)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot leave its token");
        assertThatThrownBy(() -> token.signer("nobody"))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("espalier-release");
    }

    @Test
    void saysThatATokenCannotBeUsed() throws Exception {
        Path configuration = Files.writeString(
                folder.resolve("pkcs11.cfg"),
                "name = none\nlibrary = " + folder.resolve("no.so") + "\nslotListIndex = 0\n");

        assertThatThrownBy(() -> Pkcs11Token.open(configuration, PIN.toCharArray()))
                .isInstanceOf(CustodyException.class)
                .hasMessageContaining("check the library, the slot and the PIN");
    }

    /** The library, where {@code SOFTHSM2_LIB} or Debian puts it, and its tool. */
    private static Path softHsm() {
        String named = System.getenv("SOFTHSM2_LIB");
        Path library = Stream.of(
                        named == null ? "" : named,
                        "/usr/lib/softhsm/libsofthsm2.so",
                        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")
                .filter(each -> !each.isEmpty())
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
        assumeTrue(
                library != null && System.getenv("SOFTHSM2_CONF") != null,
                "SoftHSM is not set up: install softhsm2, let SOFTHSM2_CONF name a configuration with an empty token folder"
                        + " (directories.tokendir) and softhsm2-util be on the PATH");
        return java.util.Objects.requireNonNull(library);
    }

    private Path token(Path library) throws Exception {
        String label = "espalier-test-" + System.nanoTime();
        run(List.of(
                "softhsm2-util",
                "--module",
                library.toString(),
                "--init-token",
                "--free",
                "--label",
                label,
                "--pin",
                PIN,
                "--so-pin",
                PIN));
        String slots = run(List.of("softhsm2-util", "--module", library.toString(), "--show-slots"));
        String slot = "";
        for (String line : slots.lines().toList()) {
            if (line.startsWith("Slot ")) {
                slot = line.substring("Slot ".length()).strip();
            } else if (line.contains(label)) {
                break;
            }
        }
        return Files.writeString(
                folder.resolve("pkcs11.cfg"),
                "name = " + label.replace('-', 'x') + "\nlibrary = " + library + "\nslot = " + slot + "\n"
                        + "attributes(generate, CKO_PRIVATE_KEY, *) = {\n  CKA_SENSITIVE = true\n  CKA_EXTRACTABLE = false\n}\n");
    }

    private static void keytool(Path configuration, String alias) throws Exception {
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + alias,
                "-keystore",
                "NONE",
                "-storetype",
                "PKCS11",
                "-storepass",
                PIN,
                "-providerClass",
                "sun.security.pkcs11.SunPKCS11",
                "-providerArg",
                configuration.toString()));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.putIfAbsent("LC_ALL", "C");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
