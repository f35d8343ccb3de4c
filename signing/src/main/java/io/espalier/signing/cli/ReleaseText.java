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
import io.espalier.proto.v1.VariantDescription;
import io.espalier.terminal.Units;
import io.espalier.trust.VerificationKey;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a release for people, whether it is to be believed or not. */
final class ReleaseText {
    private ReleaseText() {}

    static void print(byte[] bytes, PrintWriter out) {
        try {
            Envelope envelope = Envelope.parseFrom(bytes);
            Release release = Release.parseFrom(envelope.getPayload());
            Manifest manifest = Manifest.parseFrom(release.getManifest());
            LabelledLines lines = new LabelledLines(out);
            String artifact = Sha256.of(release.getManifest().toByteArray()).hex();
            lines.line("Artifact", artifact);
            lines.line("Kind", kind(manifest));
            lines.line(
                    "Release",
                    Long.toUnsignedString(release.getVersion()) + ", of tenant " + plain(release.getTenant()));
            lines.line(
                    "Good",
                    LabelledLines.span(
                            Instant.ofEpochMilli(release.getCreatedAtMillis()),
                            Instant.ofEpochMilli(release.getExpiresAtMillis())));
            lines.line(
                    "For devices",
                    release.getDeviceClassesCount() == 0
                            ? List.of("all")
                            : release.getDeviceClassesList().stream()
                                    .map(ReleaseText::deviceClass)
                                    .toList());
            if (!List.of(artifact, manifest.getVariant().getBaseModelDigest()).contains(release.getTarget())) {
                lines.line("Replaces", "earlier releases of " + plain(release.getTarget()));
            }
            lines.line("Files", files(manifest.getFilesList()));
            if (manifest.hasVariant()) {
                variant(manifest.getVariant(), lines);
            }
            lines.line(
                    "Signed with",
                    envelope.getSignaturesList().stream()
                            .map(signature -> VerificationKey.shortly(plain(signature.getKeyid())))
                            .toList());
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException("release.dsse cannot be read: " + e.getMessage(), e);
        }
    }

    private static String kind(Manifest manifest) {
        return switch (manifest.getKind()) {
            case ARTIFACT_KIND_VARIANT -> "a model";
            case ARTIFACT_KIND_PROBE_SUITE -> "probes, small models to be timed";
            case ARTIFACT_KIND_AGENT ->
                "the agent, version " + plain(manifest.getAgent().getVersion()) + " for "
                        + plain(manifest.getAgent().getArch());
            case ARTIFACT_KIND_UNSPECIFIED, UNRECOGNIZED ->
                "not known here (" + manifest.getKindValue() + "): made by another version of Espalier";
        };
    }

    /** In words, and as it has to be typed where the two differ. */
    private static String deviceClass(String name) {
        String typed = plain(name);
        String words = typed.replace("|", ", ");
        return words.equals(typed) ? words : words + " (--class of verify: " + typed + ")";
    }

    private static List<String> files(List<ArtifactFile> files) {
        List<String> names = files.stream().map(file -> plain(file.getName())).toList();
        List<String> sizes =
                files.stream().map(file -> count(file.getSizeBytes())).toList();
        int nameWidth = widest(names);
        int sizeWidth = widest(sizes);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            ArtifactFile file = files.get(i);
            String size = sizes.get(i);
            lines.add(names.get(i) + " ".repeat(nameWidth - names.get(i).length() + 2)
                    + " ".repeat(sizeWidth - size.length()) + size + " bytes"
                    + (file.getEncoding() == FileEncoding.FILE_ENCODING_UNSPECIFIED
                            ? ""
                            : ", " + count(FileInContent.encodedBytes(file)) + " on the way"));
        }
        return lines;
    }

    private static int widest(List<String> words) {
        return words.stream().mapToInt(String::length).max().orElse(0);
    }

    /** Sizes are whatever somebody wrote: beyond half of the range they are no longer grouped, but still right. */
    private static String count(long unsigned) {
        return unsigned < 0 ? Long.toUnsignedString(unsigned) : Units.count(unsigned);
    }

    private static void variant(VariantDescription variant, LabelledLines lines) {
        InputContract input = variant.getInput();
        lines.line("Base model", plain(variant.getBaseModelDigest()));
        lines.line(
                "Input",
                input.getShapeList().stream().map(Integer::toUnsignedString).collect(Collectors.joining(" x "))
                        + switch (input.getLayout()) {
                            case LAYOUT_NCHW -> ", channels first (NCHW)";
                            case LAYOUT_NHWC -> ", channels last (NHWC)";
                            case LAYOUT_UNSPECIFIED, UNRECOGNIZED -> "";
                        });
        lines.line(
                "Scaling",
                "raw value times " + input.getScale()
                        + (input.getMeanCount() == 0 ? "" : ", minus " + input.getMeanList())
                        + (input.getStdCount() == 0 ? "" : ", divided by " + input.getStdList()));
        int classes = input.getClassNamesCount();
        if (!input.getTask().isEmpty()) {
            lines.line("Task", plain(input.getTask()) + (classes == 0 ? "" : ", " + classes + " classes"));
        }
    }

    /** A terminal obeys control characters, and nobody has vouched for these. */
    static String plain(String text) {
        return text.codePoints()
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
