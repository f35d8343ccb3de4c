package io.espalier.signing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.FileEncoding;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.VariantDescription;
import io.espalier.signing.KeyFolder;
import io.espalier.signing.Passphrase;
import io.espalier.signing.Signer;
import io.espalier.trust.Role;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator at the keyboard, with root keys on this machine or on another. */
class SigningMainTest {
    private static final byte[] MODEL = "a model".getBytes(StandardCharsets.UTF_8);

    private static final Set<String> OPENS_NO_KEY = Set.of("show", "install");

    @TempDir
    Path folder;

    private Path keys;
    private Path passphrase;
    private Path bundle;
    private String out = "";
    private String err = "";

    @BeforeEach
    void init() {
        keys = folder.resolve("keys");
        passphrase = folder.resolve("passphrase");
        bundle = folder.resolve("bundle.zip");
        assertThat(keys("init", "--tenant", "acme")).isZero();
    }

    // ---------------------------------------------------------------------------------------------------- keys

    @Test
    void rotatesAKeyWithoutAWordWhereTheRootKeyIsHere() {
        String before = only(Role.RELEASE);

        assertThat(keys("rotate", "release")).isZero();

        assertThat(only(Role.RELEASE)).isNotEqualTo(before);
        assertThat(folder().root().version()).isEqualTo(2);
        assertThat(out).contains("Root 2 counts from now on");
    }

    @Test
    void revokesAKeyForEverAndDrawsAnother() {
        String stolen = only(Role.ASSIGNMENT);

        assertThat(keys("revoke", stolen.substring(0, 12))).isZero();

        assertThat(folder().root().isRevoked(stolen)).isTrue();
        assertThat(only(Role.ASSIGNMENT)).isNotEqualTo(stolen);
        assertThat(keys("show")).isZero();
        assertThat(out).contains("Revoked      " + stolen.substring(0, 12));
    }

    @Test
    void aThresholdOfRootKeysSignsOffline() throws Exception {
        assertThat(keys("add", "root", "--threshold", "2")).isZero();
        Path vault = Files.createDirectory(folder.resolve("vault"));
        List<Path> rootKeys = new ArrayList<>();
        for (Path key : folder().keyFiles()) {
            if (key.getFileName().toString().startsWith("root-")) {
                rootKeys.add(Files.move(key, vault.resolve(key.getFileName())));
            }
        }
        Path draft = folder.resolve("draft.root");

        assertThat(keys("rotate", "release", "--out", draft.toString())).isEqualTo(1);
        assertThat(out).contains("Root 3 needs more signatures");
        assertThat(keys("sign", draft.toString(), "--key", rootKeys.get(0).toString()))
                .isZero();
        assertThat(keys("install", draft.toString())).isEqualTo(1);
        assertThat(err).contains("threshold: 1 good signature; root 2 asks for 2");
        assertThat(folder().root().version()).isEqualTo(2);

        assertThat(keys("sign", draft.toString(), "--key", rootKeys.get(0).toString()))
                .isZero();
        assertThat(out).contains("bears 1 signature now");
        assertThat(keys("sign", draft.toString(), "--key", rootKeys.get(1).toString()))
                .isZero();
        assertThat(keys("install", draft.toString())).isZero();
        assertThat(folder().root().version()).isEqualTo(3);
    }

    @Test
    void saysWhatMakesNoSense() {
        assertThat(keys("rotate", "nothing")).isEqualTo(2);
        assertThat(err).contains("ROLE: \"nothing\" is none of root, release, assignment");
        assertThat(keys("revoke", "nokey")).isEqualTo(2);
        assertThat(err)
                .startsWith("espalier keys revoke: no key of root 1 begins with \"nokey\": it has ")
                .contains(only(Role.ROOT).substring(0, 12) + " (root)")
                .contains(only(Role.RELEASE).substring(0, 12) + " (release)")
                .contains(only(Role.ASSIGNMENT).substring(0, 12) + " (assignment)");
        assertThat(keys("revoke", "")).isEqualTo(2);
        assertThat(err).contains("begins 3 keys of root 1").contains("give more digits");
        assertThat(keys("show", "--kyes", "x")).isEqualTo(2);
        assertThat(err).contains("there is no option --kyes").contains("See ./espalier keys show --help");
        assertThat(keys("show", "extra")).isEqualTo(2);
        assertThat(err).contains("\"extra\" is an argument too many");
        assertThat(keys("init")).isEqualTo(2);
        assertThat(run("keys", "--help")).isZero();
        assertThat(out).contains("revoke", "sign", "install");
    }

    // ------------------------------------------------------------------------------------------------- artifact

    @Test
    void verifiesAnArtifactFromTheRootUp() throws Exception {
        Path first = Files.copy(keys.resolve("roots/1.root"), folder.resolve("first.root"));
        keys("rotate", "release");
        keys("rotate", "root");
        writeBundle(MODEL, Instant.now().plus(Duration.ofDays(1)));

        assertThat(run("artifact", "verify", bundle.toString(), "--root", first.toString()))
                .as(err)
                .isZero();
        assertThat(out).contains("verified: artifact", "under root 3");

        assertThat(run("artifact", "inspect", bundle.toString())).isZero();
        assertThat(out.lines())
                .contains(
                        "Kind         a model",
                        "Release      1, of tenant acme",
                        "For devices  Toy CPU",
                        "Files        model.onnx  7 bytes",
                        "Root 3 of tenant acme")
                .anyMatch(line -> line.matches("Signed with  [0-9a-f]{12}"))
                .last()
                .asString()
                .startsWith("Nothing of this was verified");
    }

    @Test
    void tellsWhatADeviceIsToDoWithAModelAsPeopleSayIt() throws Exception {
        String base = "ab".repeat(32);
        VariantDescription variant = VariantDescription.newBuilder()
                .setBaseModelDigest(base)
                .setInput(InputContract.newBuilder()
                        .setLayout(InputContract.Layout.LAYOUT_NCHW)
                        .addAllShape(List.of(3, 32, 32))
                        .setScale(0.5f)
                        .addMean(0.25f)
                        .setTask("classification")
                        .addAllClassNames(List.of("cat", "dog")))
                .build();
        writeBundle(
                MODEL,
                Instant.parse("2026-12-01T00:00:00.123Z"),
                manifest(file("model.onnx", MODEL).build()).setVariant(variant).build(),
                release -> release.setTarget(base).clearDeviceClasses().addDeviceClasses("amd64|AMD EPYC|4x slower"));

        assertThat(run("artifact", "inspect", bundle.toString())).isZero();

        assertThat(out.lines())
                .contains(
                        "Good         1970-01-01T00:00:00Z to 2026-12-01T00:00:00Z",
                        "For devices  amd64, AMD EPYC, 4x slower (--class of verify: amd64|AMD EPYC|4x slower)",
                        "Base model   " + base,
                        "Input        3 x 32 x 32, channels first (NCHW)",
                        "Scaling      raw value times 0.5, minus [0.25]",
                        "Task         classification, 2 classes");
        assertThat(out).containsOnlyOnce(base);
    }

    @Test
    void refusesWhatIsWrong() throws Exception {
        writeBundle("A model".getBytes(StandardCharsets.UTF_8), Instant.now().plus(Duration.ofDays(1)));
        refuses("model.onnx does not have the digest");
        writeBundle(
                "a model and more".getBytes(StandardCharsets.UTF_8),
                Instant.now().plus(Duration.ofDays(1)));
        refuses("longer than declared");
        writeBundle("a".getBytes(StandardCharsets.UTF_8), Instant.now().plus(Duration.ofDays(1)));
        refuses("model.onnx ends too early");
        writeBundle(MODEL, Instant.now().minus(Duration.ofDays(1)));
        refuses("expired: the release of artifact");
        writeBundle(MODEL, Instant.now().plus(Duration.ofDays(1)));
        refuses("wrong class", "--class", "Other CPU");
        keys("revoke", only(Role.RELEASE));
        refuses("revoked key");
    }

    @Test
    void refusesARootOfAStranger() throws Exception {
        writeBundle(MODEL, Instant.now().plus(Duration.ofDays(1)));
        Path strange = folder.resolve("strange");
        run("keys", "init", "--keys", strange.toString(), "--passphrase-file", passphrase.toString());

        assertThat(run("artifact", "verify", bundle.toString(), "--root", strange + "/roots/1.root"))
                .isEqualTo(1);
        assertThat(err).contains("unknown key");
    }

    @Test
    void namesTheFileThatIsNoRoot() throws Exception {
        writeBundle(MODEL, Instant.now().plus(Duration.ofDays(1)));
        Path readme = Files.writeString(folder.resolve("README.md"), "# Not a root\n");

        assertThat(run("artifact", "verify", bundle.toString(), "--root", readme.toString()))
                .isEqualTo(2);
        assertThat(err)
                .isEqualTo("espalier artifact verify: --root " + readme + " is not a root: take what a controller gives"
                        + " out at /api/v1/roots/VERSION, or a file in the folder roots of its keys\n");
    }

    @Test
    void saysHowATimeIsWritten() {
        assertThat(run("artifact", "verify", "bundle.zip", "--root", "1.root", "--at", "yesterday"))
                .isEqualTo(2);
        assertThat(err)
                .contains("for option '--at': \"yesterday\" is not a time", "such as 2026-12-01T00:00:00Z")
                .doesNotContain("Exception", "java.");
    }

    private void refuses(String because, String... more) {
        String newest = keys.resolve("roots")
                .resolve(folder().root().version() + ".root")
                .toString();
        List<String> arguments = new ArrayList<>(List.of("artifact", "verify", bundle.toString(), "--root", newest));
        arguments.addAll(List.of(more));
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(1);
        assertThat(err).contains(because);
    }

    @Test
    void verifiesAFileThatTravelsDeflated() throws Exception {
        byte[] papers = "{\"made\": \"by hand\"}".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(content)) {
            deflating.write(papers);
        }
        ArtifactFile deflated = file("provenance.json", papers)
                .setEncoding(FileEncoding.FILE_ENCODING_ZLIB)
                .setEncodedSizeBytes(content.size())
                .build();
        content.write(MODEL);
        Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
        writeBundle(
                content.toByteArray(),
                tomorrow,
                deflated,
                file("model.onnx", MODEL).build());

        assertThat(run("artifact", "verify", bundle.toString(), "--root", keys + "/roots/1.root"))
                .as(err)
                .isZero();
        assertThat(run("artifact", "inspect", bundle.toString())).isZero();
        assertThat(out.lines())
                .contains("             model.onnx        7 bytes", "Provenance", "{\"made\": \"by hand\"}")
                .anyMatch(line -> line.matches("Files        provenance.json  19 bytes, \\d+ on the way"));

        content.write('x');
        writeBundle(
                content.toByteArray(),
                tomorrow,
                deflated,
                file("model.onnx", MODEL).build());
        refuses("longer than declared");
    }

    private void writeBundle(byte[] content, Instant expires) throws Exception {
        writeBundle(content, expires, file("model.onnx", MODEL).build());
    }

    private static ArtifactFile.Builder file(String name, byte[] bytes) {
        return ArtifactFile.newBuilder()
                .setName(name)
                .setSizeBytes(bytes.length)
                .setSha256(ByteString.copyFrom(Sha256.of(bytes).bytes()));
    }

    private void writeBundle(byte[] content, Instant expires, ArtifactFile... files) throws Exception {
        writeBundle(content, expires, manifest(files).build(), release -> {});
    }

    private static Manifest.Builder manifest(ArtifactFile... files) {
        return Manifest.newBuilder().setKind(ArtifactKind.ARTIFACT_KIND_VARIANT).addAllFiles(List.of(files));
    }

    private void writeBundle(byte[] content, Instant expires, Manifest manifest, Consumer<Release.Builder> different)
            throws Exception {
        Release.Builder release = Release.newBuilder()
                .setTenant("acme")
                .setGeneration(folder().root().role(Role.RELEASE).generation())
                .setTarget("toy")
                .setVersion(1)
                .setExpiresAtMillis(expires.toEpochMilli())
                .addDeviceClasses("Toy CPU")
                .setManifest(manifest.toByteString());
        different.accept(release);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bundle))) {
            put(
                    zip,
                    "release.dsse",
                    Signer.envelope(
                            Role.RELEASE,
                            release.build().toByteArray(),
                            folder().signers(Role.RELEASE, Passphrase.read(passphrase))));
            for (int version = 1; version <= folder().root().version(); version++) {
                put(zip, "roots/" + version + ".root", folder().roots().get(version - 1));
            }
            put(zip, "content", content);
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws Exception {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    private KeyFolder folder() {
        return new KeyFolder(keys);
    }

    private String only(Role role) {
        return folder().root().role(role).keys().keySet().iterator().next();
    }

    private int keys(String... arguments) {
        return run(Stream.of(
                        Stream.of("keys"),
                        Stream.of(arguments),
                        Stream.of("--keys", keys.toString()),
                        OPENS_NO_KEY.contains(arguments[0])
                                ? Stream.<String>empty()
                                : Stream.of("--passphrase-file", passphrase.toString()))
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
