package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A graph as a DL4J network with oneDNN convolutions: load weights, run, compute gradients, read weights back. */
final class TrainableNetwork {
    private final ComputationGraph network;
    private final OneDnnConvolutions convolutions;
    private final List<ParameterLink> links;
    private final float inputScale;
    private final Map<Long, INDArray> inputs = new HashMap<>();

    private TrainableNetwork(Lowering.Lowered lowered, float inputScale) {
        this.network = new ComputationGraph(lowered.configuration());
        this.network.init();
        this.convolutions = OneDnnConvolutions.install(network.getLayers());
        this.links = lowered.links();
        this.inputScale = inputScale;
    }

    /**
     * Builds the network of a graph without batch normalisations and loads its weights.
     *
     * @param inputMagnitude root mean square of the model's input values; inputs far from 1 are scaled on the way in,
     *     and the first layer's weights inversely, because gradient descent is ill-conditioned otherwise
     */
    static TrainableNetwork of(Graph graph, SoftTargetLoss loss, double inputMagnitude) {
        float scale = inputMagnitude > 4 || (inputMagnitude < 0.1 && inputMagnitude > 0)
                ? (float) Math.pow(2, -Math.rint(Math.log(2 * inputMagnitude) / Math.log(2)))
                : 1;
        TrainableNetwork result;
        try {
            result = new TrainableNetwork(Lowering.lower(graph, loss, scale), scale);
        } catch (Lowering.InputScaleException e) {
            result = new TrainableNetwork(Lowering.lower(graph, loss, 1), 1);
        }
        result.load(graph);
        return result;
    }

    private void load(Graph graph) {
        for (ParameterLink link : links) {
            INDArray parameter = network.getLayer(link.layer()).getParam(link.key());
            float[] values = link.toParameter(graph.constant(link.constant()).floats());
            parameter.assign(Nd4j.createFromArray(values).reshape(parameter.shape()));
        }
    }

    /** The graph with this network's weights. */
    Graph store(Graph graph) {
        Map<String, Tensor> constants = new HashMap<>();
        collect(parameters(), graph, false, constants);
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
            link.toConstant(parameter.dup('c').data().asFloat(), target, gradient);
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
        return network.score();
    }

    /** Logits of a batch of model input, channel first; {@code values} is scaled in place. */
    float[] logits(float[] values, long[] shape) {
        return network.outputSingle(input(values, shape)).dup('c').data().asFloat();
    }

    /** Calls of oneDNN so far. */
    long oneDnnCalls() {
        return convolutions.calls();
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
