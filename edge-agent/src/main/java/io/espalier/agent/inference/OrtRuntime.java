package io.espalier.agent.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.proto.v1.RuntimeKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Opens models, all of them with the same threads and optimisation, so that their timings may be compared. */
public final class OrtRuntime {
    private static final String OPTIMISATION_LEVEL = "all";
    private static final long START_STACK_BYTES = 256L << 20;

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
        return new OrtRuntime(environment(), threads, slowdown);
    }

    /**
     * ONNX Runtime 1.29 matches the process's command line against regular expressions that recurse once or more per
     * character, and takes the JVM down without a word where the stack does not suffice for a long one. Its telemetry, which
     * wants the answer, is off by {@code ORT_DISABLE_TELEMETRY=1} in the environment only; so this thread has stack enough.
     */
    private static OrtEnvironment environment() {
        CompletableFuture<OrtEnvironment> created = new CompletableFuture<>();
        Runnable create = () -> {
            try {
                OrtEnvironment environment =
                        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "espalier-agent");
                environment.setTelemetry(false);
                created.complete(environment);
            } catch (OrtException | RuntimeException | Error e) {
                created.completeExceptionally(e);
            }
        };
        Thread thread = new Thread(null, create, "espalier-runtime", START_STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return created.join();
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
        return load(options -> environment.createSession(model.toString(), options));
    }

    public LoadedModel load(byte[] model) throws ModelUnusableException {
        return load(options -> environment.createSession(model, options));
    }

    /** Opens a session on a file, which stays off the heap, or on bytes. */
    @FunctionalInterface
    private interface Opening {
        OrtSession with(OrtSession.SessionOptions options) throws OrtException;
    }

    private LoadedModel load(Opening opening) throws ModelUnusableException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            return LoadedModel.open(environment, opening.with(options), slowdown);
        } catch (OrtException e) {
            throw new ModelUnusableException("ONNX Runtime does not accept the model: " + e.getMessage(), e);
        }
    }
}
