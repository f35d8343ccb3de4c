package io.espalier.agent.toys;

import io.espalier.agent.inference.InputPreparation;
import io.espalier.agent.inference.LoadedModel;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.inference.ServedModel;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.VariantDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real runtime, its library unpacked once for all tests of the module. */
public final class ToyRuntime {
    private ToyRuntime() {}

    public static synchronized OrtRuntime slowedDown(int times) {
        // In a Maven module, where "clean" removes it.
        Path build = Path.of("target");
        Path parent = Files.isDirectory(build) ? build : Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return OrtRuntime.start(Files.createDirectories(parent.resolve("onnxruntime")), 1, times);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static OrtRuntime trueSpeed() {
        return slowedDown(1);
    }

    /** The toy model, ready to serve. */
    public static ServedModel serving(float factor) throws Exception {
        byte[] onnx = ToyModels.columnSums(factor);
        LoadedModel model = trueSpeed().load(onnx);
        return new ServedModel(
                model,
                new InputPreparation(ToyModels.contract(), model.inputShape()),
                VariantDescription.newBuilder()
                        .setVariantDigest(Sha256.of(onnx).hex())
                        .setInput(ToyModels.contract())
                        .build(),
                "artifact-" + factor);
    }
}
