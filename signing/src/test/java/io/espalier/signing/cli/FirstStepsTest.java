package io.espalier.signing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to somebody who has no keys yet, or no artifact. */
class FirstStepsTest {
    @TempDir
    Path folder;

    private String out = "";
    private String err = "";

    @Test
    void saysWhatMakesTheFirstRootWhereThereIsNone() {
        Path none = folder.resolve("none");

        assertThat(run("keys", "show", "--keys", none.toString())).isEqualTo(2);

        assertThat(err)
                .startsWith("espalier keys show: ")
                .contains(none.resolve("roots/1.root").toString(), "controller", "./espalier keys init", "--keys")
                .doesNotContain("Exception");
    }

    @Test
    void namesTheKeysOfADemoWhereThereAreNoOthers() throws Exception {
        Path demo = folder.resolve("keys");
        assertThat(keys("init", folder.resolve("passphrase"))).isZero();
        String before = System.setProperty("espalier.signing.demo-keys", demo.toString());
        try {
            assertThat(run("keys", "show", "--keys", folder.resolve("none").toString()))
                    .isEqualTo(2);
            assertThat(err).contains(folder.resolve("none").toString(), "--keys " + demo);
            assertThat(run("keys", "show", "--keys", demo.toString())).isZero();
        } finally {
            if (before == null) {
                System.clearProperty("espalier.signing.demo-keys");
            } else {
                System.setProperty("espalier.signing.demo-keys", before);
            }
        }
    }

    @Test
    void showOffersOnlyWhatItUses() {
        assertThat(run("keys", "show", "--help")).isZero();

        assertThat(out).contains("--keys").doesNotContain("--days", "--out", "--passphrase-file");
    }

    @Test
    void saysThatItMadeUpAPassphraseAndMissesOneThatIsGone() throws Exception {
        Path passphrase = folder.resolve("passphrase");
        assertThat(keys("init", passphrase)).isZero();
        assertThat(out).contains(passphrase.toString(), "made up", "Keep a copy");

        Files.delete(passphrase);

        assertThat(keys("rotate", passphrase, "release")).isEqualTo(2);
        assertThat(err)
                .startsWith("espalier keys rotate: Passphrase file " + passphrase
                        + " cannot be read (no such file or folder)");
        assertThat(passphrase).doesNotExist();
    }

    @Test
    void saysNothingOfAPassphraseThatWasGiven() throws Exception {
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "a long enough passphrase\n");
        assertThat(keys("init", passphrase)).isZero();
        assertThat(out).startsWith("Root 1").doesNotContain("made up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys", "keys init", "keys show", "keys add", "keys sign", "artifact", "artifact verify"})
    void helpFitsATerminalOf80Columns(String command) {
        assertThat(run((command + " --help").split(" "))).isZero();

        assertThat(out).startsWith("Usage: ./espalier " + command);
        assertThat(out.lines()).allMatch(line -> line.length() <= 80).noneMatch(line -> line.contains("<"));
    }

    @Test
    void saysWhatIsNoArtifact() throws Exception {
        Path bundle = folder.resolve("bundle.zip");
        Files.writeString(bundle, "hello");

        assertThat(run("artifact", "inspect", bundle.toString())).isEqualTo(2);
        assertThat(err)
                .startsWith(
                        "espalier artifact inspect: " + bundle + " is not an Espalier artifact (it is no zip file)");

        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bundle))) {
            zip.putNextEntry(new ZipEntry("model.onnx"));
            zip.closeEntry();
        }
        assertThat(run("artifact", "inspect", bundle.toString())).isEqualTo(2);
        assertThat(err).contains(bundle + " is not an Espalier artifact (it holds no release.dsse)");

        Files.delete(bundle);
        assertThat(run("artifact", "inspect", bundle.toString())).isEqualTo(2);
        assertThat(err).contains(bundle + " cannot be read (no such file or folder)");
    }

    @Test
    void tellsAFolderAndTheFirstHalfOfAnArtifactFromOne() throws Exception {
        assertThat(run("artifact", "inspect", folder.toString())).isEqualTo(2);
        assertThat(err)
                .startsWith("espalier artifact inspect: " + folder + " is not an Espalier artifact (it is a folder): ");

        Path bundle = folder.resolve("bundle.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bundle))) {
            zip.putNextEntry(new ZipEntry("release.dsse"));
            zip.write(new byte[1000]);
            zip.closeEntry();
        }
        byte[] whole = Files.readAllBytes(bundle);
        Files.write(bundle, Arrays.copyOf(whole, whole.length / 2));

        assertThat(run("artifact", "inspect", bundle.toString())).isEqualTo(2);
        assertThat(err)
                .startsWith("espalier artifact inspect: " + bundle
                        + " is incomplete or damaged: it begins like an Espalier artifact and cannot be read to its end."
                        + " Get it again from");
    }

    private int keys(String command, Path passphrase, String... more) {
        return run(Stream.of(
                        Stream.of("keys", command),
                        Stream.of(more),
                        Stream.of("--keys", folder.resolve("keys").toString()),
                        Stream.of("--passphrase-file", passphrase.toString()))
                .flatMap(each -> each)
                .toArray(String[]::new));
    }

    private int run(String... arguments) {
        StringWriter said = new StringWriter();
        StringWriter complained = new StringWriter();
        int code = SigningMain.run(new PrintWriter(said, true), new PrintWriter(complained, true), arguments);
        out = said.toString();
        err = complained.toString();
        return code;
    }
}
