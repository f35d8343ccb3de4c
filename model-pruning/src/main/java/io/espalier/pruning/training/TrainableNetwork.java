package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.sparsity.Mask;
import io.espalier.pruning.sparsity.Masks;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A graph as a DL4J network with oneDNN convolutions: load weights, run, compute gradients, read weights back. */
final class TrainableNetwork {
    private static final double LEAST_WEIGHTS = 1e-3;
    private static final int STATISTICS_BATCHES = 48;

    private final ComputationGraph network;
    private final OneDnnConvolutions convolutions;
    private final List<ParameterLink> links;
    private final List<NormalisedConvolution> normalised;
    private final float inputScale;
    private final Map<Long, INDArray> inputs = new HashMap<>();
    private @Nullable INDArray gradientMask;

    private TrainableNetwork(Lowering.Lowered lowered, float inputScale) {
        this.network = new ComputationGraph(lowered.configuration());
        this.network.init();
        this.convolutions = OneDnnConvolutions.install(network.getLayers());
        this.links = lowered.links();
        this.normalised = lowered.normalised();
        this.inputScale = inputScale;
    }

    /**
     * Builds the network of a graph without batch normalisations and loads its weights.
     *
     * @param inputMagnitude root mean square of the model's input values; inputs far from 1 are scaled on the way in,
     *     and the first layer's weights inversely, because gradient descent is ill-conditioned otherwise
     * @param normalise whether to train with batch normalisations; {@link #adopt} must follow unless {@code fresh}
     * @param fresh the weights are random numbers meant for inputs of magnitude 1, so they are not made up for the
     *     scaling: that would only bring the bad start back
     */
    static TrainableNetwork of(Graph graph, Goal goal, double inputMagnitude, boolean normalise, boolean fresh) {
        float scale = inputMagnitude > 4 || (inputMagnitude < 0.1 && inputMagnitude > 0)
                ? (float) Math.pow(2, -Math.rint(Math.log(2 * inputMagnitude) / Math.log(2)))
                : 1;
        TrainableNetwork result;
        try {
            result = new TrainableNetwork(Lowering.lower(graph, goal.purpose(), goal.loss(), scale, normalise), scale);
        } catch (Lowering.InputScaleException e) {
            result = new TrainableNetwork(Lowering.lower(graph, goal.purpose(), goal.loss(), 1, normalise), 1);
        }
        result.load(graph, fresh);
        return result;
    }

    private void load(Graph graph, boolean fresh) {
        Map<String, NormalisedConvolution> byWeights = new HashMap<>();
        normalised.forEach(each -> byWeights.put(each.weights(), each));
        for (ParameterLink link : links) {
            ParameterLink way = fresh ? link.withoutFactor() : link;
            Tensor constant = graph.constant(link.constant());
            float[] values = constant.floats();
            NormalisedConvolution convolution = byWeights.get(link.constant());
            if (convolution != null) {
                // Whatever their length, a normalisation follows; of length 1 they all learn at the same pace.
                double[] norms = FilterRows.norms(values, constant.shape().dim(0), way.factor());
                FilterRows.divide(values, norms);
                normalisation(convolution)
                        .begin(graph.constant(convolution.bias()).floats(), fresh ? null : norms);
            }
            float[] parameters = way.toParameter(values);
            INDArray parameter = network.getLayer(link.layer()).getParam(link.key());
            parameter.assign(Nd4j.createFromArray(parameters).reshape(parameter.shape()));
        }
    }

    /**
     * Takes the scale and shift of normalisations from what some batches are like: the function stays the same.
     *
     * @return mean loss of those batches
     */
    double adopt(Batches batches) {
        forNormalisations(Normalisation.Running::watch);
        double loss = forward(batches);
        forNormalisations(Normalisation.Running::adopt);
        return loss;
    }

    /** Takes the mean and deviation of normalisations, which inference and {@link #store} use, from some batches. */
    void settle(Batches batches) {
        if (!normalised.isEmpty()) {
            forNormalisations(Normalisation.Running::gather);
            forward(batches);
            forNormalisations(Normalisation.Running::settle);
        }
    }

    private double forward(Batches batches) {
        RowLoss loss = batches.goal().loss();
        int count = Math.min(STATISTICS_BATCHES, batches.perEpoch());
        double sum = 0;
        batches.startEpoch(0);
        for (int batch = 0; batch < count; batch++) {
            batches.assemble(batch);
            INDArray logits = network.output(true, input(batches.values(), batches.inputShape()))[0];
            INDArray targets = Nd4j.createFromArray(batches.targets()).reshape(batches.size(), -1);
            sum += loss.meanLoss(targets, logits);
            targets.close();
        }
        return sum / count;
    }

    private void forNormalisations(Consumer<Normalisation.Running> action) {
        for (NormalisedConvolution each : normalised) {
            action.accept(normalisation(each));
        }
    }

    private Normalisation.Running normalisation(NormalisedConvolution convolution) {
        return (Normalisation.Running) network.getLayer(convolution.normalisation());
    }

    /**
     * Holds masked weights where they are, at zero, from here on: their gradients are zero, so no step moves them and they
     * take no part in the length of a layer's gradient.
     */
    void keepZero(Masks masks) {
        if (masks.isEmpty()) {
            return;
        }
        INDArray weights = parameters().dup();
        parameters().assign(1);
        for (ParameterLink link : links) {
            Mask mask = masks.byConstant().get(link.constant());
            if (mask != null) {
                INDArray parameter = network.getLayer(link.layer()).getParam(link.key());
                float[] factors = link.withoutFactor().toParameter(mask.factors());
                parameter.assign(Nd4j.createFromArray(factors).reshape(parameter.shape()));
            }
        }
        gradientMask = parameters().dup();
        parameters().assign(weights);
        weights.close();
    }

    /** The graph with this network's weights, normalisations folded; {@link #settle} must have come before. */
    Graph store(Graph graph) {
        Map<String, Tensor> constants = new HashMap<>();
        collect(parameters(), graph, false, constants);
        for (NormalisedConvolution each : normalised) {
            float[] weights =
                    Objects.requireNonNull(constants.get(each.weights())).floats();
            FilterRows.multiply(weights, normalisation(each).scales());
            double[] shifts = normalisation(each).shifts();
            float[] bias = new float[shifts.length];
            for (int c = 0; c < bias.length; c++) {
                bias[c] = (float) shifts[c];
            }
            constants.put(
                    each.weights(),
                    Tensor.ofFloats(weights, graph.constant(each.weights()).shape()));
            constants.put(
                    each.bias(),
                    Tensor.ofFloats(bias, graph.constant(each.bias()).shape()));
        }
        return graph.withInitializers(constants);
    }

    /** Values laid out like the flat parameters, as tensors shaped like the graph's constants. */
    Map<String, Tensor> gradientTensors(INDArray flatGradients, Graph graph) {
        Map<String, Tensor> constants = new HashMap<>();
        collect(flatGradients, graph, true, constants);
        return constants;
    }

    private void collect(INDArray flat, Graph graph, boolean gradient, Map<String, Tensor> constants) {
        INDArray backup = null;
        if (gradient) {
            backup = parameters().dup();
            parameters().assign(flat);
        }
        Map<String, float[]> values = new HashMap<>();
        for (ParameterLink link : links) {
            float[] target = values.computeIfAbsent(
                    link.constant(), name -> graph.constant(name).floats());
            INDArray parameter = network.getLayer(link.layer()).getParam(link.key());
            link.toConstant(Floats.of(parameter), target, gradient);
        }
        if (backup != null) {
            parameters().assign(backup);
        }
        values.forEach((name, floats) ->
                constants.put(name, Tensor.ofFloats(floats, graph.constant(name).shape())));
    }

    INDArray parameters() {
        return network.params().reshape(-1);
    }

    /** Sums of the gradient over the batch, after {@link #computeGradients}; may be overwritten. */
    INDArray gradients() {
        return network.getFlattenedGradients().reshape(-1);
    }

    /**
     * One forward and backward pass.
     *
     * @param values the batch as model input, channel first; is scaled in place
     * @return mean loss
     */
    double computeGradients(float[] values, long[] shape, float[] targets) {
        INDArray labels = Nd4j.createFromArray(targets).reshape(shape[0], targets.length / shape[0]);
        network.setInput(0, input(values, shape));
        network.setLabels(labels);
        convolutions.beginTraining();
        try {
            network.computeGradientAndScore();
        } finally {
            convolutions.endTraining();
        }
        labels.close();
        if (gradientMask != null) {
            gradients().muli(gradientMask);
        }
        return network.score();
    }

    /** What the loss takes for a batch of model input, channel first: outputs or logits; {@code values} is scaled in place. */
    float[] outputs(float[] values, long[] shape) {
        return Floats.of(network.outputSingle(input(values, shape)));
    }

    /**
     * Shortens, layer by layer, gradients that are longer than a share of the layer's weights.
     *
     * <p>In a network whose batch normalisations are folded, weights and gradients of neighbouring layers differ by orders
     * of magnitude, and pruning sends some of them through the roof: without this a step that hardly moves one layer
     * kills another for good. Source: Brock et al. 2021, "High-Performance Large-Scale Image Recognition Without
     * Normalization", section 4, by layer rather than by unit.
     *
     * @return norm of the whole gradient before, mean over the batch
     */
    double clipGradients(int batch, double share) {
        Map<String, double[]> squares = new HashMap<>();
        Map<String, INDArray> gradients = network.gradient().gradientForVariable();
        for (ParameterLink link : links) {
            double[] layer = squares.computeIfAbsent(link.layer(), name -> new double[2]);
            layer[0] += square(network.getLayer(link.layer()).getParam(link.key()));
            layer[1] += square(gradient(gradients, link));
        }
        for (ParameterLink link : links) {
            double[] layer = squares.getOrDefault(link.layer(), new double[2]);
            double longest = share * Math.max(LEAST_WEIGHTS, Math.sqrt(layer[0])) * batch;
            double length = Math.sqrt(layer[1]);
            if (length > longest) {
                gradient(gradients, link).muli(longest / length);
            }
        }
        return Math.sqrt(squares.values().stream().mapToDouble(l -> l[1]).sum()) / batch;
    }

    private static double square(INDArray array) {
        double norm = array.norm2Number().doubleValue();
        return norm * norm;
    }

    private static INDArray gradient(Map<String, INDArray> gradients, ParameterLink link) {
        return Objects.requireNonNull(gradients.get(link.layer() + "_" + link.key()), link.layer());
    }

    /** The native array for batches of this shape, used again for each. */
    private INDArray input(float[] values, long[] shape) {
        INDArray array = inputs.computeIfAbsent(shape[0], batch -> Nd4j.createUninitialized(shape));
        if (inputScale != 1) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= inputScale;
            }
        }
        FloatBuffer buffer = array.data().asNioFloat();
        buffer.put(values, 0, (int) array.length());
        return array;
    }
}
