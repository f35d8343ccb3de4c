package io.espalier.pruning.latency;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Times graphs in ONNX Runtime on this machine, the way an agent does on a device: batch 1, random input. */
public final class ProbeTimer {
    private static final int WARM_UP_RUNS = 20;

    private final OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    private final int threads;
    private final int minSamples;
    private final int maxSamples;
    private final long maxNanos;

    /**
     * @param maxNanos of timed runs for one probe, unless {@code minSamples} take longer
     */
    public ProbeTimer(int threads, int minSamples, int maxSamples, long maxNanos) {
        this.threads = threads;
        this.minSamples = minSamples;
        this.maxSamples = maxSamples;
        this.maxNanos = maxNanos;
    }

    public Timing time(String probe, Graph graph) {
        ValueInfo input = graph.onlyInput();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            try (OrtSession session = runtime.createSession(OnnxWriter.write(graph), options)) {
                return time(probe, session, input);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot run probe " + probe + ": " + e.getMessage(), e);
        }
    }

    private Timing time(String probe, OrtSession session, ValueInfo input) throws OrtException {
        long[] shape = Arrays.stream(input.shape().toArray())
                .mapToLong(d -> d == Shape.BATCH ? 1 : d)
                .toArray();
        FloatBuffer values = random((int) input.shape().elements());
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            nanos(session, input.name(), values, shape);
        }
        long[] nanos = new long[maxSamples];
        int n = 0;
        long end = System.nanoTime() + maxNanos;
        while (n < maxSamples && (n < minSamples || System.nanoTime() < end)) {
            nanos[n++] = nanos(session, input.name(), values, shape);
        }
        return summary(probe, Arrays.copyOf(nanos, n));
    }

    private long nanos(OrtSession session, String name, FloatBuffer values, long[] shape) throws OrtException {
        long start = System.nanoTime();
        try (OnnxTensor tensor = OnnxTensor.createTensor(runtime, values, shape);
                OrtSession.Result result = session.run(Map.of(name, tensor))) {
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(0);
        }
        return System.nanoTime() - start;
    }

    private static Timing summary(String probe, long[] nanos) {
        Arrays.sort(nanos);
        double median = nanos[nanos.length / 2] / 1e3;
        double p95 = nanos[Math.min(nanos.length - 1, (int) Math.ceil(nanos.length * 0.95) - 1)] / 1e3;
        double[] deviations = Arrays.stream(nanos)
                .mapToDouble(each -> Math.abs(each / 1e3 - median))
                .sorted()
                .toArray();
        return new Timing(probe, median, Math.max(median, p95), nanos.length, deviations[nanos.length / 2] / median);
    }

    private static FloatBuffer random(int size) {
        FloatBuffer values = ByteBuffer.allocateDirect(size * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        Random random = new Random(1);
        for (int i = 0; i < size; i++) {
            values.put(i, random.nextFloat());
        }
        return values;
    }
}
