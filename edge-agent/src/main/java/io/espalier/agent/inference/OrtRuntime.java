package io.espalier.agent.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.proto.v1.RuntimeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens models, all of them with the same threads and optimisation, so that their timings may be compared. */
public final class OrtRuntime {
    private static final String OPTIMISATION_LEVEL = "all";

    private final OrtEnvironment environment;
    private final int threads;
    private final int slowdown;

    private OrtRuntime(OrtEnvironment environment, int threads, int slowdown) {
        this.environment = environment;
        this.threads = threads;
        this.slowdown = slowdown;
    }

    /**
     * Loads the native library.
     *
     * @param nativeFolder where it is unpacked, once
     * @param slowdown real inferences per timed inference
     */
    public static OrtRuntime start(Path nativeFolder, int threads, int slowdown) throws IOException {
        NativeLibraries.unpackInto(nativeFolder);
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "espalier-agent");
        return new OrtRuntime(environment, threads, slowdown);
    }

    public RuntimeKey key() {
        return RuntimeKey.newBuilder()
                .setRuntime("onnxruntime")
                .setRuntimeVersion(environment.getVersion())
                .setIntraOpThreads(threads)
                .setOptimisationLevel(OPTIMISATION_LEVEL)
                .build();
    }

    public int slowdown() {
        return slowdown;
    }

    /** Opens and runs the model once; throws where it cannot be served, and says why. */
    public LoadedModel load(Path model) throws ModelUnusableException {
        try {
            return load(Files.readAllBytes(model));
        } catch (IOException e) {
            throw new ModelUnusableException("cannot read " + model.getFileName() + ": " + e, e);
        }
    }

    public LoadedModel load(byte[] model) throws ModelUnusableException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            return LoadedModel.open(environment, environment.createSession(model, options), slowdown);
        } catch (OrtException e) {
            throw new ModelUnusableException("ONNX Runtime does not accept the model: " + e.getMessage(), e);
        }
    }
}
