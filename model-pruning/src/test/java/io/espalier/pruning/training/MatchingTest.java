package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.data.UnlabelledSamples;
import io.espalier.pruning.evaluation.Agreement;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.evaluation.Reference;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Training towards a teacher's outputs, without labels. */
class MatchingTest {
    private static final SampleShape SHAPE = new SampleShape(2, 8, 8);
    private static final InputContract CONTRACT = new InputContract(1 / 64.0, List.of(), List.of());
    private static final Samples SAMPLES = ToyImages.samples(1024, SHAPE, 1);
    private static final Samples OTHERS = ToyImages.samples(200, SHAPE, 2);

    private final Trainer trainer = new Dl4jTrainer(1);

    @Test
    void bringsADamagedNetworkBackToItsTeacherAtEveryOutput() {
        Graph teacher = mapAndNumbers(1);
        Graph student = damaged(teacher);
        assertThat(trainer.obstacle(teacher, Purpose.REGRESSION)).isEmpty();
        assertThat(trainer.obstacle(teacher, Purpose.CLASSIFICATION))
                .hasValueSatisfying(why -> assertThat(why).contains("The model has 2 outputs"));
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(teacher), 1)) {
            TrainingResult result =
                    trainer.train(TrainingRequest.of(student, SAMPLES, CONTRACT, TrainingSettings.of(8, 1))
                            .matching(model));

            double before = agreement(model, student).rSquared();
            Agreement after = agreement(model, result.graph());
            assertThat(before).isLessThan(0.8);
            assertThat(after.rSquared()).isGreaterThan(0.95).isGreaterThan(before);
            assertThat(after.relativeError()).isLessThan(0.1);
            assertThat(result.lastLoss()).isLessThan(0.2);
            assertThat(result.maxDifference()).isLessThan(ExportCheck.TOLERANCE);
        }
    }

    @Test
    void learnsProbabilitiesBesideABox() {
        NetworkBuilder n = new NetworkBuilder("localiser", new Random(3));
        String x = n.relu(n.conv(n.input("input", 2, 8, 8), 8, 3, 1, 1));
        String body = n.flatten(n.maxPool(n.relu(n.conv(x, 8, 3, 2, 1)), 2));
        Graph teacher = n.build(n.gemm(body, 4), n.softmax(n.gemm(body, 3)));
        Graph student = teacher.withInitializers(Map.of("conv2_w", scaled(teacher.constant("conv2_w"), 1, 0.15)));
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(teacher), 1)) {
            TrainingResult result =
                    trainer.train(TrainingRequest.of(student, SAMPLES, CONTRACT, TrainingSettings.of(8, 1))
                            .matching(model));
            assertThat(agreement(model, student).rSquared()).isLessThan(0.8);
            assertThat(agreement(model, result.graph()).rSquared()).isGreaterThan(0.9);
            assertThat(result.maxDifference()).isLessThan(ExportCheck.TOLERANCE);
        }
    }

    @Test
    void anIdenticalStudentLosesNothingAndStaysWhereItIs() {
        Graph teacher = mapAndNumbers(1);
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(teacher), 1)) {
            TrainingResult result = trainer.train(TrainingRequest.of(
                            teacher,
                            SAMPLES,
                            CONTRACT,
                            TrainingSettings.of(1, 1).withoutNormalisation())
                    .matching(model));
            assertThat(result.lastLoss()).isLessThan(1e-3);
            assertThat(agreement(model, result.graph()).rSquared()).isCloseTo(1, within(1e-3));
        }
    }

    @Test
    void everyOutputWeighsTheSameWhateverItsSizeAndScale() {
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(mapAndNumbers(1000)), 1)) {
            MatchGoal goal = MatchGoal.of(model, model.outputs(), SAMPLES, CONTRACT);
            float[][] rows = model.run(values(64), 64);
            int map = model.outputSizes()[0];
            double[] mean = new double[goal.outputs()];
            for (float[] row : rows) {
                for (int c = 0; c < mean.length; c++) {
                    mean[c] += row[c] / rows.length;
                }
            }
            double[] parts = new double[2];
            for (float[] row : rows) {
                for (int half = 0; half < 2; half++) {
                    float[] guess = row.clone();
                    for (int c = half == 0 ? 0 : map; c < (half == 0 ? map : mean.length); c++) {
                        guess[c] = (float) mean[c];
                    }
                    parts[half] += goal.loss().losses(array(row), array(guess))[0] / rows.length;
                }
            }
            assertThat(parts[0]).isCloseTo(0.5, within(0.1));
            assertThat(parts[1]).isCloseTo(0.5, within(0.1));
            assertThat(goal.ignorance()).isEqualTo(1);
        }
    }

    @Test
    void theGradientIsTheSlopeOfTheLoss() {
        OutputMatchLoss loss = new OutputMatchLoss(new float[] {2, 0.5f});
        INDArray targets = Nd4j.createFromArray(new float[][] {{1, 2}, {0, -1}});
        float[][] at = {{0.5f, 3}, {1, 1}};
        INDArray gradient =
                loss.computeGradient(targets, Nd4j.createFromArray(at), new ActivationIdentity(), Nd4j.empty());
        for (int row = 0; row < 2; row++) {
            for (int c = 0; c < 2; c++) {
                float[][] moved = {at[0].clone(), at[1].clone()};
                moved[row][c] += 1e-2f;
                double more = 2 * loss.meanLoss(targets, Nd4j.createFromArray(moved));
                moved[row][c] -= 2e-2f;
                double less = 2 * loss.meanLoss(targets, Nd4j.createFromArray(moved));
                assertThat(gradient.getDouble(row, c)).isCloseTo((more - less) / 2e-2, within(1e-3));
            }
        }
    }

    @Test
    void needsNoLabelsWhereLabelsAreMissed() {
        Graph classifier = TopologyZoo.graph("plain");
        Samples unlabelled = UnlabelledSamples.of(SAMPLES);
        assertThatThrownBy(() ->
                        trainer.train(TrainingRequest.of(classifier, unlabelled, CONTRACT, TrainingSettings.of(1, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Sample 0 has no label");
    }

    @Test
    void namesWhatItCannotMatch() {
        NetworkBuilder n = new NetworkBuilder("scores", new Random(3));
        Graph perPlace = n.build(n.softmax(n.conv(n.input("input", 2, 8, 8), 3, 1, 1, 0)));
        assertThat(trainer.obstacle(perPlace, Purpose.REGRESSION))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("Softmax 'softmax1'").contains("something else than rows"));
    }

    /** A map of 4x4 places and two numbers, one after a sigmoid; the map is {@code scale} times as large. */
    private static Graph mapAndNumbers(float scale) {
        NetworkBuilder n = new NetworkBuilder("detector", new Random(3));
        String x = n.relu(n.conv(n.input("input", 2, 8, 8), 8, 3, 1, 1));
        String body = n.relu(n.conv(x, 8, 3, 2, 1));
        String map = n.conv(body, 3, 1, 1, 0);
        String numbers = n.op("Sigmoid", List.of(n.gemm(n.flatten(n.maxPool(body, 2)), 2)), Map.of());
        Graph graph = n.build(map, numbers);
        return graph.withInitializers(Map.of("conv3_w", scaled(graph.constant("conv3_w"), scale, 0)));
    }

    private static Graph damaged(Graph graph) {
        return graph.withInitializers(Map.of(
                "conv2_w", scaled(graph.constant("conv2_w"), 1, 0.15),
                "conv3_w", scaled(graph.constant("conv3_w"), 1, 0.3)));
    }

    private static Tensor scaled(Tensor tensor, float factor, double noise) {
        Random random = new Random(5);
        float[] values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = factor * values[i] + (float) (noise * random.nextGaussian());
        }
        return Tensor.ofFloats(values, tensor.shape());
    }

    private static Agreement agreement(OnnxModel teacher, Graph student) {
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(student), 1)) {
            return Reference.of(teacher, OTHERS, CONTRACT).agreement(model);
        }
    }

    private static float[] values(int count) {
        float[] values = new float[count * SHAPE.values()];
        for (int i = 0; i < count; i++) {
            CONTRACT.write(SAMPLES, i, Layout.NCHW, values, i * SHAPE.values());
        }
        return values;
    }

    private static INDArray array(float[] row) {
        return Nd4j.createFromArray(row).reshape(1, row.length);
    }
}
