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
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

class NormalisationTest {
    private static final int BATCH = 6;
    private static final int CHANNELS = 3;
    private static final int SIDE = 5;
    private static final int VALUES = CHANNELS * SIDE * SIDE;

    private final INDArray images = random(BATCH * VALUES, 3, 2).reshape(BATCH, CHANNELS, SIDE, SIDE);
    private final INDArray targets = random(BATCH * VALUES * 2, 0, 0.1).reshape(BATCH, VALUES * 2);

    @Test
    void givesTheGradientsOfDl4jsOwnLayerAndRelu() {
        BatchNormalization own = new BatchNormalization.Builder()
                .nIn(CHANNELS)
                .nOut(CHANNELS)
                .eps(Normalisation.EPSILON)
                .build();
        ComputationGraph expected = network(
                own, new ActivationLayer.Builder().activation(Activation.RELU).build());
        ComputationGraph actual = network(
                new Normalisation(CHANNELS, true),
                new ActivationLayer.Builder().activation(Activation.IDENTITY).build());
        for (ComputationGraph network : new ComputationGraph[] {expected, actual}) {
            network.getLayer("norm")
                    .getParam("gamma")
                    .assign(random(CHANNELS, 1, 0.5).reshape(1, CHANNELS));
            network.getLayer("norm")
                    .getParam("beta")
                    .assign(random(CHANNELS, 0.3, 0.5).reshape(1, CHANNELS));
            network.setInput(0, images);
            network.setLabels(targets);
            network.computeGradientAndScore();
        }
        assertThat(actual.score()).isCloseTo(expected.score(), within(1e-4));
        for (String parameter : new String[] {"below_W", "norm_gamma", "norm_beta"}) {
            INDArray theirs = Objects.requireNonNull(
                    expected.gradient().gradientForVariable().get(parameter));
            INDArray ours = Objects.requireNonNull(
                    actual.gradient().gradientForVariable().get(parameter));
            double magnitude = theirs.amaxNumber().doubleValue();
            assertThat(ours.sub(theirs).amaxNumber().doubleValue() / magnitude)
                    .as(parameter)
                    .isLessThan(1e-4);
        }
    }

    @Test
    void takingNormalisationsInAndOutKeepsTheFunction() {
        Samples samples = ToyImages.samples(256, new SampleShape(2, 8, 8), 3);
        Graph graph = TopologyZoo.graph("residual");
        TrainingSettings still = TrainingSettings.of(1, 1).withLearningRate(OptionalDouble.of(1e-12));
        TrainingResult untouched =
                new Dl4jTrainer(1).train(TrainingRequest.of(graph, samples, InputContract.RAW, still));
        float[][] before = outputs(BatchNormFolding.fold(graph), samples);
        float[][] after = outputs(untouched.graph(), samples);
        for (int i = 0; i < before.length; i++) {
            for (int c = 0; c < before[i].length; c++) {
                // Batches differ a little from all of them together.
                assertThat(after[i][c]).isCloseTo(before[i][c], within(0.05f));
            }
        }
    }

    private static float[][] outputs(Graph graph, Samples samples) {
        try (OnnxClassifier model = OnnxClassifier.load(OnnxWriter.write(graph), 1)) {
            return Evaluator.outputs(model, samples, InputContract.RAW);
        }
    }

    /** A trainable 1x1 convolution below, so that the gradient of the normalisation's input is seen too. */
    private ComputationGraph network(Layer norm, Layer activation) {
        ComputationGraphConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.FLOAT)
                .updater(new NoOp())
                .graphBuilder()
                .addInputs("input")
                .addLayer(
                        "below",
                        new org.deeplearning4j.nn.conf.layers.ConvolutionLayer.Builder(1, 1)
                                .nIn(CHANNELS)
                                .nOut(CHANNELS)
                                .activation(Activation.IDENTITY)
                                .build(),
                        "input")
                .addLayer("norm", norm, "below")
                .addLayer("activation", activation, "norm")
                .addLayer(
                        "loss",
                        new LossLayer.Builder()
                                .lossFunction(new SoftTargetLoss(0, 1))
                                .activation(Activation.IDENTITY)
                                .build(),
                        new CnnToFeedForwardPreProcessor(SIDE, SIDE, CHANNELS),
                        "activation")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, CHANNELS))
                .setOutputs("loss")
                .build();
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        return network;
    }

    private static INDArray random(int count, double mean, double deviation) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return Nd4j.createFromArray(values);
    }
}
