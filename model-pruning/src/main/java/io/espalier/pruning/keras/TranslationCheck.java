package io.espalier.pruning.keras;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Runs the translated network in ONNX Runtime and the file's own description in {@link ReferenceNetwork}, and compares what every
 * layer makes, not only the answer: a softmax hides much.
 *
 * <p><b>Errors:</b> differences are of the largest value of the layer, or of 1 where that is smaller.
 */
final class TranslationCheck {
    /** Float arithmetic over some hundred layers stays well below this; a wrong pad or order does not. */
    static final double TOLERANCE = 1e-4;

    private static final double[] INPUT_SCALES = {1, 255};

    private final KerasNetwork network;
    private final Map<String, Map<String, Tensor>> weights;
    private final Translation.Translated translated;

    TranslationCheck(
            KerasNetwork network, Map<String, Map<String, Tensor>> weights, Translation.Translated translated) {
        this.network = network;
        this.weights = weights;
        this.translated = translated;
    }

    /** The largest difference over all layers; throws where one is too large, naming the first layer that differs. */
    double largestDifference(long seed) {
        Map<String, Value> compared = comparable();
        byte[] onnx = OnnxWriter.write(showing(compared));
        OrtEnvironment runtime = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = runtime.createSession(onnx, options)) {
                double largest = 0;
                Random random = new Random(seed);
                for (double scale : INPUT_SCALES) {
                    largest = Math.max(largest, compare(runtime, session, compared, sample(random, scale)));
                }
                return largest;
            }
        } catch (OrtException e) {
            throw new KerasException("ONNX Runtime cannot run the translated model: " + e.getMessage(), e);
        }
    }

    /** Layers that the graph holds as Keras does, but for the order of the axes. */
    private Map<String, Value> comparable() {
        Map<String, Value> compared = new LinkedHashMap<>();
        Set<String> tensors = new LinkedHashSet<>();
        translated.layers().forEach((layer, value) -> {
            if (value.isPlain() && !translated.graph().isInput(value.tensor()) && tensors.add(value.tensor())) {
                compared.put(layer, value);
            }
        });
        return compared;
    }

    private Graph showing(Map<String, Value> compared) {
        Shapes shapes = Shapes.infer(translated.graph());
        List<ValueInfo> outputs = new ArrayList<>();
        compared.values()
                .forEach(value ->
                        outputs.add(new ValueInfo(value.tensor(), ElementType.FLOAT, shapes.of(value.tensor()))));
        return translated.graph().toBuilder().outputs(outputs).build();
    }

    private double[] sample(Random random, double scale) {
        int size = network.inputDims().stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
        return random.doubles(size, 0, scale).map(each -> (float) each).toArray();
    }

    private double compare(OrtEnvironment runtime, OrtSession session, Map<String, Value> compared, double[] sample)
            throws OrtException {
        Map<String, ReferenceArray> expected = ReferenceNetwork.run(network, weights, sample);
        Shape input = translated.graph().onlyInput().shape();
        long[] dims =
                input.with(0, 1).dims().stream().mapToLong(Integer::longValue).toArray();
        double largest = 0;
        try (OnnxTensor tensor = OnnxTensor.createTensor(runtime, FloatBuffer.wrap(channelsFirst(sample)), dims);
                OrtSession.Result result =
                        session.run(Map.of(translated.graph().onlyInput().name(), tensor))) {
            for (Map.Entry<String, Value> each : compared.entrySet()) {
                OnnxTensor made =
                        (OnnxTensor) result.get(each.getValue().tensor()).orElseThrow();
                double difference = difference(
                        Objects.requireNonNull(expected.get(each.getKey()), each.getKey()), made.getFloatBuffer());
                if (!(difference <= TOLERANCE)) {
                    throw new KerasException(
                            "The translation of layer '" + each.getKey() + "' computes something else than"
                                    + " Keras would (difference " + difference
                                    + " of the layer's largest value). This is a mistake"
                                    + " of Espalier's; please report it with the model.");
                }
                largest = Math.max(largest, difference);
            }
        }
        return largest;
    }

    private float[] channelsFirst(double[] sample) {
        List<Integer> dims = network.inputDims();
        float[] values = new float[sample.length];
        int channels = dims.size() == 3 ? dims.get(2) : 1;
        int pixels = sample.length / channels;
        for (int i = 0; i < sample.length; i++) {
            values[i % channels * pixels + i / channels] = (float) sample[i];
        }
        return values;
    }

    /** The largest difference between values with channels last and values with channels first. */
    private static double difference(ReferenceArray expected, FloatBuffer made) {
        int[] dims = expected.dims();
        if (made.remaining() != expected.values().length) {
            return Double.POSITIVE_INFINITY;
        }
        int channels = dims.length == 3 ? dims[2] : 1;
        int pixels = expected.values().length / channels;
        double difference = 0;
        double largest = 1;
        for (int i = 0; i < expected.values().length; i++) {
            double value = expected.values()[i];
            double gap = Math.abs(value - made.get(i % channels * pixels + i / channels));
            if (!(gap <= difference)) {
                difference = gap;
            }
            largest = Math.max(largest, Math.abs(value));
        }
        return difference / largest;
    }
}
