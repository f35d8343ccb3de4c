package io.espalier.pruning.latency;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A graph loaded in ONNX Runtime, with its input and output in place: what is timed is the run and nothing else, as on a
 * device.
 */
public final class TimedSession implements AutoCloseable {
    private final OrtSession session;
    private final OnnxTensor input;
    private final OnnxTensor output;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    /**
     * What the runtime is told.
     *
     * @param allOptimisations without them channels are never blocked, as on processors ONNX Runtime has no blocked kernels for
     */
    public record Options(int threads, boolean allOptimisations) {
        public static Options threads(int threads) {
            return new Options(threads, true);
        }
    }

    private TimedSession(OrtEnvironment runtime, OrtSession session) throws OrtException {
        this.session = session;
        Map.Entry<String, NodeInfo> in =
                session.getInputInfo().entrySet().iterator().next();
        long[] shape = Arrays.stream(((TensorInfo) in.getValue().getInfo()).getShape())
                .map(extent -> Math.max(1, extent))
                .toArray();
        int size = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
        this.input = OnnxTensor.createTensor(runtime, random(size), shape);
        this.inputs = Map.of(in.getKey(), input);
        String name = session.getOutputNames().iterator().next();
        try (OrtSession.Result first = session.run(inputs, Set.of(name))) {
            TensorInfo info = ((OnnxTensor) first.get(0)).getInfo();
            this.output = OnnxTensor.createTensor(runtime, floats((int) info.getNumElements()), info.getShape());
        }
        this.outputs = Map.of(name, output);
    }

    /** Loads a graph and runs it once. */
    public static TimedSession open(String name, Graph graph, Options options) {
        byte[] onnx = OnnxWriter.write(graph);
        return open(name, options, (runtime, settings) -> runtime.createSession(onnx, settings));
    }

    /** The same from a file, which stays off the heap. */
    public static TimedSession open(Path onnx, Options options) {
        String file = onnx.toString();
        return open(file, options, (runtime, settings) -> runtime.createSession(file, settings));
    }

    @FunctionalInterface
    private interface Opening {
        OrtSession with(OrtEnvironment runtime, OrtSession.SessionOptions settings) throws OrtException;
    }

    private static TimedSession open(String name, Options options, Opening opening) {
        OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
            settings.setIntraOpNumThreads(options.threads);
            settings.setInterOpNumThreads(1);
            settings.setOptimizationLevel(
                    options.allOptimisations
                            ? OrtSession.SessionOptions.OptLevel.ALL_OPT
                            : OrtSession.SessionOptions.OptLevel.EXTENDED_OPT);
            return new TimedSession(runtime, opening.with(runtime, settings));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot run " + name + ": " + e.getMessage(), e);
        }
    }

    /** Duration of one run. */
    public long runNanos() {
        try {
            long start = System.nanoTime();
            session.run(inputs, outputs).close();
            return System.nanoTime() - start;
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    private static FloatBuffer floats(int size) {
        return ByteBuffer.allocateDirect(size * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static FloatBuffer random(int size) {
        FloatBuffer values = floats(size);
        Random random = new Random(1);
        for (int i = 0; i < size; i++) {
            values.put(i, random.nextFloat());
        }
        return values;
    }

    @Override
    public void close() {
        output.close();
        input.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("Cannot close a session: " + e.getMessage(), e);
        }
    }
}
