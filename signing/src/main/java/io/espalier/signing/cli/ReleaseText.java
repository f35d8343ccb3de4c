package io.espalier.signing.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.FileInContent;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.FileEncoding;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.trust.VerificationKey;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.stream.Collectors;

/** Writes a release for people, whether it is to be believed or not. */
final class ReleaseText {
    private ReleaseText() {}

    static void print(byte[] bytes, PrintWriter out) {
        try {
            Envelope envelope = Envelope.parseFrom(bytes);
            Release release = Release.parseFrom(envelope.getPayload());
            Manifest manifest = Manifest.parseFrom(release.getManifest());
            out.println("artifact " + Sha256.of(release.getManifest().toByteArray()));
            out.println("  release " + release.getVersion() + " of " + plain(release.getTarget()) + ", tenant "
                    + plain(release.getTenant()));
            out.println("  " + Instant.ofEpochMilli(release.getCreatedAtMillis()) + " to "
                    + Instant.ofEpochMilli(release.getExpiresAtMillis()));
            out.println("  for "
                    + (release.getDeviceClassesCount() == 0
                            ? "all devices"
                            : release.getDeviceClassesList().stream()
                                    .map(ReleaseText::plain)
                                    .collect(Collectors.joining(", "))));
            for (ArtifactFile file : manifest.getFilesList()) {
                out.println("  " + plain(file.getName()) + "  " + size(file));
            }
            if (manifest.hasVariant()) {
                InputContract input = manifest.getVariant().getInput();
                out.println("  base model " + plain(manifest.getVariant().getBaseModelDigest()));
                out.println(
                        "  input " + input.getLayout() + " " + input.getShapeList() + ", scale " + input.getScale());
            }
            envelope.getSignaturesList()
                    .forEach(signature ->
                            out.println("  signed with " + VerificationKey.shortly(plain(signature.getKeyid()))));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException("release.dsse cannot be read: " + e.getMessage(), e);
        }
    }

    private static String size(ArtifactFile file) {
        String itself = Long.toUnsignedString(file.getSizeBytes()) + " bytes";
        return file.getEncoding() == FileEncoding.FILE_ENCODING_UNSPECIFIED
                ? itself
                : itself + ", " + Long.toUnsignedString(FileInContent.encodedBytes(file)) + " on the way";
    }

    /** A terminal obeys control characters, and nobody has vouched for these. */
    static String plain(String text) {
        return text.codePoints()
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
