package io.espalier.benchmarks.device;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.VariantDescription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** ResNet-8 for CIFAR-10 as an artifact, and a picture of noise to ask about. */
final class ServedResNet {
    static final List<Integer> SHAPE = List.of(3, 32, 32);
    private static final int ELEMENTS = 3 * 32 * 32;
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int MOST_VALUE = 255;

    private ServedResNet() {}

    static VariantDescription variant(byte[] onnx) {
        return VariantDescription.newBuilder()
                .setVariantDigest(Sha256.of(onnx).hex())
                .setInput(InputContract.newBuilder()
                        .setLayout(InputContract.Layout.LAYOUT_NCHW)
                        .addAllShape(SHAPE)
                        .setScale(1))
                .build();
    }

    static ToyArtifact artifact(Path onnx) throws IOException {
        byte[] bytes = Files.readAllBytes(onnx);
        return ToyArtifact.of(
                Manifest.newBuilder()
                        .setKind(ArtifactKind.ARTIFACT_KIND_VARIANT)
                        .setVariant(variant(bytes)),
                Map.of("model.onnx", bytes),
                CHUNK_BYTES);
    }

    static float[] picture() {
        SplittableRandom random = new SplittableRandom(1);
        float[] picture = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            picture[i] = (float) random.nextDouble(MOST_VALUE);
        }
        return picture;
    }

    /** The JSON of a request for {@link #picture}, whose values follow it as a binary tensor. */
    static byte[] json(String input) {
        return ("{\"inputs\":[{\"name\":\"" + input + "\",\"datatype\":\"FP32\",\"shape\":[1,3,32,32],"
                        + "\"parameters\":{\"binary_data_size\":" + ELEMENTS * Float.BYTES + "}}],"
                        + "\"parameters\":{\"binary_data_output\":true}}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] request(byte[] json) {
        ByteBuffer body = ByteBuffer.allocate(json.length + ELEMENTS * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(json);
        for (float value : picture()) {
            body.putFloat(value);
        }
        return body.array();
    }
}
