package io.espalier.pruning.quantisation;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.evaluation.UnusableModelException;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A network whose inner tensors can be read while it runs; close it to free native memory.
 *
 * <p>Memory: samples are fed in batches small enough that all tapped tensors of one batch take at most 32 MiB, or one at
 * a time.
 */
final class ActivationTaps implements AutoCloseable {
    private static final long MAX_BATCH_BYTES = 32L << 20;
    private static final int MAX_BATCH = 64;

    private final OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    private final OrtSession session;
    private final ModelInput input;
    private final long[] inputShape;
    private final Set<String> tensors;
    private final int batch;

    private ActivationTaps(OrtSession session, Graph tapped, ValueInfo input, Set<String> tensors) {
        this.session = session;
        this.inputShape = Arrays.stream(input.shape().toArray()).asLongStream().toArray();
        this.input =
                ModelInput.of(input.name(), Arrays.stream(inputShape).boxed().toList());
        this.tensors = tensors;
        long bytes = tapped.outputs().stream()
                .mapToLong(output -> output.shape().elements() * Float.BYTES)
                .sum();
        this.batch = (int) Math.max(1, Math.min(MAX_BATCH, MAX_BATCH_BYTES / Math.max(1, bytes)));
    }

    /** Errors: {@link UnusableModelException} where ONNX Runtime refuses the network. */
    static ActivationTaps open(Graph graph, Set<String> tensors, int threads) {
        Map<String, ValueInfo> outputs = new LinkedHashMap<>();
        Shapes shapes = Shapes.infer(graph);
        tensors.forEach(tensor -> outputs.put(tensor, new ValueInfo(tensor, ElementType.FLOAT, shapes.of(tensor))));
        Graph tapped =
                graph.toBuilder().outputs(outputs.values().stream().toList()).build();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            OrtSession session = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR)
                    .createSession(OnnxWriter.write(tapped), options);
            return new ActivationTaps(session, tapped, graph.onlyInput(), tensors);
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime cannot run the model to calibrate it: " + e.getMessage(), e);
        }
    }

    /** Feeds every sample through the network and hands over what each tapped tensor was, a batch at a time. */
    void run(Samples samples, InputContract contract, BiConsumer<String, FloatBuffer> reader) {
        int size = input.shape().values();
        float[] values = new float[Math.min(batch, samples.size()) * size];
        for (int from = 0; from < samples.size(); from += batch) {
            int count = Math.min(batch, samples.size() - from);
            for (int i = 0; i < count; i++) {
                contract.write(samples, from + i, input.layout(), values, i * size);
            }
            run(FloatBuffer.wrap(values, 0, count * size), count, reader);
        }
    }

    private void run(FloatBuffer values, int count, BiConsumer<String, FloatBuffer> reader) {
        long[] shape = inputShape.clone();
        shape[0] = count;
        try (OnnxTensor fed = OnnxTensor.createTensor(runtime, values, shape);
                OrtSession.Result result = session.run(Map.of(input.name(), fed), tensors)) {
            for (String tensor : tensors) {
                reader.accept(tensor, ((OnnxTensor) result.get(tensor).orElseThrow()).getFloatBuffer());
            }
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime failed to calibrate the model: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot close the session", e);
        }
    }
}
