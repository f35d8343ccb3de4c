package io.espalier.pruning.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Runs graphs in ONNX Runtime, the judge of what a rewritten graph computes. */
public final class Ort {
    private static final int BATCH = 2;

    private Ort() {}

    /** The outputs, by name, for random inputs drawn from this generator. */
    public static Map<String, float[]> run(Graph graph, RandomGenerator random) {
        return run(OnnxWriter.write(graph), graph.inputs(), random);
    }

    /** The outputs, by name, of a model as it was exported, for random inputs drawn from this generator. */
    public static Map<String, float[]> run(byte[] model, List<ValueInfo> inputs, RandomGenerator random) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            for (ValueInfo input : inputs) {
                feeds.put(input.name(), random(environment, input.shape(), random));
            }
            try (OrtSession session = environment.createSession(model, options);
                    OrtSession.Result result = session.run(feeds)) {
                Map<String, float[]> outputs = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    FloatBuffer buffer = ((OnnxTensor) output.getValue()).getFloatBuffer();
                    float[] values = new float[buffer.remaining()];
                    buffer.get(values);
                    outputs.put(output.getKey(), values);
                }
                return outputs;
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused the graph", e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor random(OrtEnvironment environment, Shape shape, RandomGenerator random)
            throws OrtException {
        int batch = shape.isBatched() ? BATCH : 1;
        float[] values = new float[(int) shape.elements() * batch];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        long[] dims = shape.dims().stream().mapToLong(Integer::longValue).toArray();
        if (shape.isBatched()) {
            dims[0] = BATCH;
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), dims);
    }
}
