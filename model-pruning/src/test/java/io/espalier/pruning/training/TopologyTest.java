package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TopologyTest {
    private static final Samples SAMPLES = ToyImages.samples(64, new SampleShape(2, 8, 8), 3);
    private static final InputContract CONTRACT = new InputContract(1 / 255.0, List.of(0.3), List.of(0.3));

    private final Trainer trainer = new Dl4jTrainer(1);

    static Stream<Arguments> zoo() {
        return TopologyZoo.graphs().entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("zoo")
    void computesWhatOnnxRuntimeComputes(String name, Graph graph) {
        assertThat(trainer.obstacle(graph, Purpose.CLASSIFICATION)).isEmpty();
        TrainingResult untouched =
                trainer.train(TrainingRequest.of(graph, SAMPLES, CONTRACT, TrainingSettings.of(0, 1)));
        assertThat(untouched.maxDifference()).isLessThan(1e-5);
        assertThat(untouched.graph()).isEqualTo(BatchNormFolding.fold(graph));
    }

    /** Along the gradient itself the loss must change at the rate of the gradient's norm. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("zoo")
    void gradientsMatchTheLossThatOnnxRuntimeSees(String name, Graph graph) {
        Graph folded = BatchNormFolding.fold(graph);
        Map<String, Tensor> gradients = mean(trainer.gradients(graph, SAMPLES, CONTRACT, 64));
        double norm = 0;
        for (Tensor gradient : gradients.values()) {
            for (float value : gradient.floats()) {
                norm += (double) value * value;
            }
        }
        norm = Math.sqrt(norm);
        double step = 1e-3;
        double slope = (loss(moved(folded, gradients, step / norm)) - loss(moved(folded, gradients, -step / norm)))
                / (2 * step);
        assertThat(slope).isCloseTo(norm, within(0.03 * norm));
    }

    private static Map<String, Tensor> mean(List<Map<String, Tensor>> batches) {
        Map<String, Tensor> mean = new HashMap<>();
        for (Map<String, Tensor> batch : batches) {
            batch.forEach((constant, gradient) ->
                    mean.merge(constant, scaled(gradient, 1f / batches.size()), TopologyTest::sum));
        }
        return mean;
    }

    private static Tensor scaled(Tensor tensor, float by) {
        float[] values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= by;
        }
        return Tensor.ofFloats(values, tensor.shape());
    }

    private static Tensor sum(Tensor one, Tensor other) {
        float[] values = one.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] += other.at(i);
        }
        return Tensor.ofFloats(values, one.shape());
    }

    private static Graph moved(Graph graph, Map<String, Tensor> direction, double by) {
        Map<String, Tensor> moved = new HashMap<>();
        direction.forEach((constant, tensor) -> {
            float[] values = graph.constant(constant).floats();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (by * tensor.at(i));
            }
            moved.put(constant, Tensor.ofFloats(values, tensor.shape()));
        });
        return graph.withInitializers(moved);
    }

    private static double loss(Graph graph) {
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return Evaluator.evaluate(model, SAMPLES, CONTRACT).loss();
        }
    }
}
