package io.espalier.signing.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.host.FileTrouble;
import io.espalier.proto.FileInContent;
import io.espalier.proto.FileInContent.NotAsDeclaredException;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.TrustState;
import io.espalier.trust.RejectedException;
import io.espalier.trust.Rejection;
import io.espalier.trust.Rejection.Reason;
import io.espalier.trust.Role;
import io.espalier.trust.TrustStore;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** An artifact in one zip: {@code release.dsse}, {@code roots/N.root} and {@code content}. Nothing in it is trusted. */
final class BundleFile implements AutoCloseable {
    private static final String RELEASE = "release.dsse";
    private static final String CONTENT = "content";
    private static final String PROVENANCE = "provenance.json";
    private static final String ORIGIN = "/api/v1/artifacts/DIGEST/bundle of a controller";
    private static final byte[] ZIP_BEGINS = {'P', 'K', 3, 4};
    private static final int MOST_ROOTS = 1024;
    private static final int MOST_PROVENANCE_BYTES = 1 << 20;

    private final Path file;
    private final ZipFile zip;

    private BundleFile(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    static BundleFile open(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(notAnArtifact(file, "it is a folder"));
        }
        try {
            BundleFile bundle = new BundleFile(file, new ZipFile(file.toFile()));
            bundle.requireDistinctNames();
            return bundle;
        } catch (ZipException e) {
            throw new InvalidInputException(
                    beginsAsZip(file)
                            ? file
                                    + " is incomplete or damaged: it begins like an Espalier artifact and cannot be read to its"
                                    + " end. Get it again from " + ORIGIN
                            : notAnArtifact(file, "it is no zip file"),
                    e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    private static String notAnArtifact(Path file, String why) {
        return file + " is not an Espalier artifact (" + why + "): take what comes from " + ORIGIN;
    }

    /** A zip file is listed at its end, so one that was cut short is none; how it begins still tells. */
    private static boolean beginsAsZip(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ZIP_BEGINS.length), ZIP_BEGINS);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read (" + FileTrouble.inWords(e) + ")", e);
        }
    }

    private void requireDistinctNames() {
        Set<String> names = new HashSet<>();
        zip.stream().forEach(entry -> {
            if (!names.add(entry.getName())) {
                throw new InvalidInputException(file + " holds " + ReleaseText.plain(entry.getName())
                        + " twice: it cannot be told which is meant");
            }
        });
    }

    byte[] envelope() {
        return read(RELEASE, Role.RELEASE.mostBytes());
    }

    /** The release as it claims to be; believed only by what verifies it. */
    Release envelopePayload() {
        try {
            return Release.parseFrom(Envelope.parseFrom(envelope()).getPayload());
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(RELEASE + " in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Roots in the order of their versions. */
    List<byte[]> roots() {
        List<byte[]> roots = new ArrayList<>();
        for (int version = 1; version <= MOST_ROOTS && zip.getEntry("roots/" + version + ".root") != null; version++) {
            roots.add(read("roots/" + version + ".root", Role.ROOT.mostBytes()));
        }
        return roots;
    }

    /** What follows from a root that is trusted, by the roots that come with the artifact. */
    TrustStore trustFrom(TrustedRoot first) throws RejectedException {
        byte[] anchor = first.envelope();
        TrustStore trust = TrustStore.parse(TrustState.newBuilder()
                        .addRoots(ByteString.copyFrom(anchor))
                        .build()
                        .toByteArray())
                .orThrow();
        List<byte[]> roots = roots();
        for (long version = first.version() + 1; version <= roots.size(); version++) {
            Verdict<TrustStore> next = trust.follow(roots.get((int) version - 1));
            trust = next.orThrow();
        }
        return trust;
    }

    /** Holds every byte against the digests and lengths of the release's manifest. */
    Manifest verifyContent(Release release) throws RejectedException {
        try (InputStream content = stream(CONTENT)) {
            Manifest manifest = Manifest.parseFrom(release.getManifest());
            for (ArtifactFile each : manifest.getFilesList()) {
                FileInContent.unpack(each, content, OutputStream.nullOutputStream());
            }
            if (content.read() >= 0) {
                throw mixed("the content is longer than declared");
            }
            return manifest;
        } catch (NotAsDeclaredException e) {
            throw mixed(ReleaseText.plain(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static RejectedException mixed(String what) {
        return new RejectedException(new Rejection(Reason.MIXED, what));
    }

    /** The text of where the model came from, if it is there. */
    Optional<String> provenance() {
        try (InputStream content = stream(CONTENT)) {
            for (ArtifactFile each :
                    Manifest.parseFrom(envelopePayload().getManifest()).getFilesList()) {
                if (each.getName().equals(PROVENANCE) && each.getSizeBytes() <= MOST_PROVENANCE_BYTES) {
                    ByteArrayOutputStream text = new ByteArrayOutputStream();
                    FileInContent.unpack(each, content, text);
                    return Optional.of(text.toString(StandardCharsets.UTF_8)
                            .lines()
                            .map(ReleaseText::plain)
                            .reduce("", (a, b) -> a + b + "\n"));
                }
                FileInContent.skip(each, content);
            }
            return Optional.empty();
        } catch (IOException | NotAsDeclaredException e) {
            throw new InvalidInputException(
                    "The content of " + file + " is not what its manifest says: " + e.getMessage(), e);
        }
    }

    private byte[] read(String name, int mostBytes) {
        try (InputStream in = stream(name)) {
            byte[] bytes = in.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw new InvalidInputException(name + " in " + file + " is longer than " + mostBytes + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw new InvalidInputException(name + " in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private InputStream stream(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new InvalidInputException(notAnArtifact(file, "it holds no " + name));
        }
        return zip.getInputStream(entry);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be closed: " + e.getMessage(), e);
        }
    }
}
