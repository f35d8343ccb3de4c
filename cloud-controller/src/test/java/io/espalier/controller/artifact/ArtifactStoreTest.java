package io.espalier.controller.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.proto.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
    private static final int CHUNK_SIZE_BYTES = 8;

    @TempDir
    Path folder;

    private ArtifactStore store;

    @BeforeEach
    void open() {
        store = new ArtifactStore(folder.resolve("artifacts"), CHUNK_SIZE_BYTES, manifest -> CHUNK_SIZE_BYTES);
    }

    @Test
    void namesAnArtifactByItsManifest() throws IOException {
        Sha256 name = store.put(List.of(part("a", "twelve bytes")), content -> "manifest".getBytes(UTF_8));

        assertThat(name).isEqualTo(Sha256.of("manifest".getBytes(UTF_8)));
        assertThat(store.manifest(name)).hasValue("manifest".getBytes(UTF_8));
    }

    @Test
    void cutsTheConcatenationIntoChunks() throws IOException {
        List<PackedContent> packed = new ArrayList<>();
        Sha256 name = store.put(List.of(part("a", "0123456789"), part("b", "abcdefghij")), content -> {
            packed.add(content);
            return new byte[] {1};
        });

        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < store.chunkCount(name); i++) {
            byte[] chunk = store.chunk(name, i).orElseThrow();
            assertThat(Sha256.of(chunk)).isEqualTo(packed.get(0).chunks().get(i));
            all.write(chunk);
        }
        assertThat(all.toString(UTF_8)).isEqualTo("0123456789abcdefghij");
        assertThat(packed.get(0).chunks()).hasSize(3);
        assertThat(packed.get(0).sizeBytes()).isEqualTo(20);
        assertThat(packed.get(0).files().get(1).sha256()).isEqualTo(Sha256.of("abcdefghij".getBytes(UTF_8)));
    }

    @Test
    void deflatesOnlyTheFilesThatBecomeSmallerByIt() throws Exception {
        List<PackedContent> packed = new ArrayList<>();
        byte[] noise = new byte[2_000];
        new Random(1).nextBytes(noise);
        Files.write(folder.resolve("noise"), noise);
        String text = "again and ".repeat(300);
        Sha256 name = store.put(
                List.of(
                        new ArtifactPart("noise", folder.resolve("noise")),
                        part("text", text),
                        part("none", ""),
                        part("short", "x")),
                Packing.DEFLATED_WHERE_IT_PAYS,
                content -> {
                    packed.add(content);
                    return new byte[] {1};
                });

        PackedContent content = packed.get(0);
        assertThat(content.files())
                .extracting(PackedContent.PackedFile::deflated)
                .containsExactly(false, true, false, false);
        assertThat(content.files())
                .extracting(PackedContent.PackedFile::sizeBytes)
                .containsExactly(2_000L, 3_000L, 0L, 1L);
        assertThat(content.files().get(1).packedBytes()).isLessThan(100);
        byte[] all = Files.readAllBytes(store.content(name).orElseThrow());
        assertThat(all).hasSize((int) content.sizeBytes()).startsWith(noise).endsWith((byte) 'x');
        Inflater inflater = new Inflater();
        inflater.setInput(all, 2_000, all.length - 2_001);
        byte[] undone = new byte[3_000];
        assertThat(inflater.inflate(undone)).isEqualTo(3_000);
        inflater.end();
        assertThat(new String(undone, UTF_8)).isEqualTo(text);
        assertThat(content.files().get(1).sha256()).isEqualTo(Sha256.of(undone));
    }

    @Test
    void handsOutAnArtifactAsItWasCutWhenItWasStored() throws IOException {
        Sha256 name = store.put(List.of(part("a", "0123456789abcdefghij")), content -> new byte[] {1});

        ArtifactStore later =
                new ArtifactStore(folder.resolve("artifacts"), 2 * CHUNK_SIZE_BYTES, manifest -> CHUNK_SIZE_BYTES);

        assertThat(later.chunkCount(name)).isEqualTo(3);
        assertThat(later.chunk(name, 1)).hasValue("89abcdef".getBytes(UTF_8));
    }

    @Test
    void answersNothingForWhatItDoesNotHave() throws IOException {
        Sha256 name = store.put(List.of(part("a", "12345678")), content -> new byte[] {1});

        assertThat(store.chunk(name, 1)).isEmpty();
        assertThat(store.chunk(name, -1)).isEmpty();
        assertThat(store.chunk(Sha256.of(new byte[] {9}), 0)).isEmpty();
        assertThat(store.manifest(Sha256.of(new byte[] {9}))).isEmpty();
    }

    @Test
    void storesTheSameArtifactOnce() throws IOException {
        Sha256 first = store.put(List.of(part("a", "x")), content -> new byte[] {1});
        Sha256 second = store.put(List.of(part("a", "x")), content -> new byte[] {1});

        assertThat(second).isEqualTo(first);
        assertThat(Files.list(folder.resolve("artifacts"))).hasSize(1);
    }

    @Test
    void makesTheFoldersDurableBeforeAndAfterTheArtifactAppears() throws IOException {
        Path root = folder.resolve("artifacts");
        List<String> forced = new ArrayList<>();
        ArtifactStore watched = new ArtifactStore(root, CHUNK_SIZE_BYTES, manifest -> CHUNK_SIZE_BYTES, synced -> {
            try (Stream<Path> entries = Files.list(synced)) {
                String names = entries.map(Path::getFileName)
                        .map(Path::toString)
                        .sorted()
                        .collect(Collectors.joining(" "));
                forced.add((synced.equals(root) ? "root: " : "new: ") + names);
            }
        });

        Sha256 name = watched.put(List.of(part("a", "x")), content -> new byte[] {1});
        assertThat(forced).containsExactly("new: content manifest.pb", "root: " + name.hex());

        watched.put(List.of(part("a", "x")), content -> new byte[] {1});
        assertThat(forced).endsWith("root: " + name.hex()).hasSize(4);
    }

    @Test
    void leavesNothingBehindWhereAFolderCannotBeMadeDurable() throws IOException {
        ArtifactPart part = part("a", "x");
        ArtifactStore failing = new ArtifactStore(
                folder.resolve("artifacts"), CHUNK_SIZE_BYTES, manifest -> CHUNK_SIZE_BYTES, synced -> {
                    throw new IOException("No space left on device");
                });

        assertThatThrownBy(() -> failing.put(List.of(part), content -> new byte[] {1}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(folder.resolve("artifacts")).isEmptyDirectory();
    }

    @Test
    void leavesNothingBehindWhenAPartIsMissing() {
        ArtifactPart missing = new ArtifactPart("a", folder.resolve("no-such-file"));

        assertThatThrownBy(() -> store.put(List.of(missing), content -> new byte[] {1}))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no-such-file");
        assertThat(folder.resolve("artifacts")).isEmptyDirectory();
    }

    @Test
    void removesWhatAKilledControllerLeftUnfinished() throws IOException {
        Files.createDirectory(folder.resolve("artifacts").resolve(".new-1"));
        Files.write(folder.resolve("artifacts/.new-1/content"), new byte[] {1});

        new ArtifactStore(folder.resolve("artifacts"), CHUNK_SIZE_BYTES, manifest -> CHUNK_SIZE_BYTES);

        assertThat(folder.resolve("artifacts")).isEmptyDirectory();
    }

    @Test
    void removesAnArtifact() throws IOException {
        Sha256 name = store.put(List.of(part("a", "x")), content -> new byte[] {1});

        store.remove(name);

        assertThat(store.contains(name)).isFalse();
        assertThat(folder.resolve("artifacts")).isEmptyDirectory();
    }

    private ArtifactPart part(String name, String text) throws IOException {
        return new ArtifactPart(name, Files.writeString(folder.resolve(name), text));
    }
}
