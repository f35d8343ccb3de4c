package io.espalier.pruning.training;

import java.util.List;
import java.util.Map;

/** How to start a JVM that trains. */
public final class WorkerJvm {
    /**
     * Caps of heap and native memory, so that a worker fails alone instead of starving its host, and a heap that is given
     * back to the system early.
     */
    public static final List<String> FLAGS = List.of(
            "-Xmx2g",
            "-XX:+UseSerialGC",
            "-Dorg.bytedeco.javacpp.maxbytes=2g",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=5g",
            "-Djava.awt.headless=true");

    private WorkerJvm() {}

    /**
     * Environment variables that hold the native libraries to this many threads, and keep ONNX Runtime from matching the
     * command line with a recursive expression: version 1.29 crashes the JVM there when the class path is long.
     */
    public static Map<String, String> environment(int threads) {
        String count = Integer.toString(threads);
        return Map.of("OMP_NUM_THREADS", count, "OPENBLAS_NUM_THREADS", count, "ORT_DISABLE_TELEMETRY", "1");
    }
}
