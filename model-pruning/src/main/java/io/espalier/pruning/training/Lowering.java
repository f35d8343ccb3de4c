package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Translates a graph without batch normalisations into a DL4J configuration that ends in one row of numbers a sample and
 * a loss: a classifier's logits, or all outputs side by side.
 */
final class Lowering {
    static final String INPUT = "input";
    static final String LOSS = "loss";

    /** What the network is made of; parameters are initialised by DL4J and must be loaded. */
    record Lowered(
            ComputationGraphConfiguration configuration,
            List<ParameterLink> links,
            List<NormalisedConvolution> normalised) {}

    private final Graph graph;
    private final Shapes shapes;
    private final float inputScale;
    private final boolean normalise;
    private final ComputationGraphConfiguration.GraphBuilder builder;
    private final Map<String, String> vertices = new HashMap<>();
    private final Set<String> scaled = new HashSet<>();
    private final Set<String> absorbed = new HashSet<>();
    private final List<ParameterLink> links = new ArrayList<>();
    private final List<NormalisedConvolution> normalised = new ArrayList<>();
    private int counter;

    private Lowering(Graph graph, float inputScale, boolean normalise) {
        this.graph = graph;
        this.shapes = Shapes.infer(graph);
        this.inputScale = inputScale;
        this.normalise = normalise;
        this.builder = new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.FLOAT)
                .updater(new NoOp())
                .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                .graphBuilder()
                .addInputs(INPUT)
                .validateOutputLayerConfig(false);
    }

    /**
     * Translates the graph.
     *
     * @param inputScale what the network's input is multiplied by on the way in; the first layers make up for it
     * @param normalise put a {@link Normalisation} behind each convolution that has a bias to fold it into
     */
    static Lowered lower(Graph graph, Purpose purpose, RowLoss loss, float inputScale, boolean normalise) {
        Lowering lowering = new Lowering(graph, inputScale, normalise);
        return lowering.run(purpose, loss);
    }

    private Lowered run(Purpose purpose, RowLoss loss) {
        String input = graph.onlyInput().name();
        vertices.put(input, INPUT);
        scaled.add(input);
        List<String> ends = purpose == Purpose.CLASSIFICATION
                ? List.of(logits())
                : graph.outputs().stream().map(ValueInfo::name).toList();
        for (Node node : graph.nodes()) {
            if (!absorbed.contains(node.name())) {
                lower(node);
            }
        }
        String[] rows = ends.stream().map(this::row).toArray(String[]::new);
        String last = rows.length == 1 ? rows[0] : addVertex(new MergeVertex(), rows);
        builder.addLayer(
                LOSS,
                new LossLayer.Builder()
                        .lossFunction(loss)
                        .activation(Activation.IDENTITY)
                        .build(),
                last);
        builder.setOutputs(LOSS);
        return new Lowered(builder.build(), List.copyOf(links), List.copyOf(normalised));
    }

    /** A tensor as one row a sample. */
    private String row(String tensor) {
        Shape shape = shapes.of(tensor);
        if (scaled.contains(tensor)) {
            throw new UntrainableGraphException(
                    "No layer with weights lies between the model's input and its output '" + tensor + "'");
        }
        if (shape.rank() != 2 && shape.rank() != 4) {
            throw new UntrainableGraphException("The model's output '" + tensor + "' has the shape " + shape
                    + ": only rows and images can be trained");
        }
        return shape.rank() == 4 ? flatten(vertex(tensor), shape) : vertex(tensor);
    }

    /** The tensor before a final softmax, which belongs to the loss. */
    private String logits() {
        if (graph.outputs().size() != 1) {
            throw new UntrainableGraphException(
                    "The model has " + graph.outputs().size()
                            + " outputs: a classifier with more than one cannot be trained; by the task regression all are learned");
        }
        String output = graph.outputs().get(0).name();
        Shape shape = shapes.of(output);
        if (shape.rank() > 2 && shape.elements() != shape.dim(1)) {
            throw new UntrainableGraphException("The model's output has the shape " + shape
                    + ": only classifiers with one row of outputs a sample can be trained");
        }
        Node last = graph.producer(output).orElse(null);
        if (last != null && (last.is("Softmax") || last.is("LogSoftmax"))) {
            absorbed.add(last.name());
            return last.input();
        }
        return output;
    }

    private void lower(Node node) {
        if (!node.domain().isEmpty()) {
            throw untrainable(node);
        }
        switch (node.opType()) {
            case "Conv" -> new ConvolutionLowering(this, graph, shapes).lower(node);
            case "Gemm" -> dense(node);
            case "MaxPool", "AveragePool" -> pool(node);
            case "GlobalAveragePool" -> globalPool(node, PoolingType.AVG);
            case "GlobalMaxPool" -> globalPool(node, PoolingType.MAX);
            case "ReduceMean" -> reduceMean(node);
            case "Add" -> join(node, new ElementWiseVertex(ElementWiseVertex.Op.Add));
            case "Mul" -> join(node, new ElementWiseVertex(ElementWiseVertex.Op.Product));
            case "Sub" -> join(node, new ElementWiseVertex(ElementWiseVertex.Op.Subtract));
            case "Concat" -> concat(node);
            case "Flatten", "Reshape", "Squeeze" -> reshape(node);
            case "Slice", "Pad", "Gather" -> new SelectionLowering(this, graph, shapes).lower(node);
            case "Transpose" -> transpose(node);
            case "Softmax" -> softmax(node);
            case "Identity", "Dropout" -> alias(node);
            default -> activation(node);
        }
    }

    private void dense(Node node) {
        if (node.floatAttribute("alpha", 1) != 1
                || node.floatAttribute("beta", 1) != 1
                || node.intAttribute("transA", 0) != 0) {
            throw untrainable(node, "has alpha, beta or transA");
        }
        Tensor weights = weights(node, 1);
        boolean transposed = node.intAttribute("transB", 0) == 1;
        int out = weights.shape().dim(transposed ? 0 : 1);
        int in = weights.shape().dim(transposed ? 1 : 0);
        boolean bias = hasBias(node, out);
        Node relu = followingRelu(node);
        DenseLayer layer = new DenseLayer.Builder()
                .nIn(in)
                .nOut(out)
                .hasBias(bias)
                .activation(relu == null ? Activation.IDENTITY : Activation.RELU)
                .build();
        String name = addLayer(node, layer, vertex(node.input()));
        links.add(new ParameterLink(
                name,
                "W",
                node.inputs().get(1),
                0,
                in * out,
                transposed ? new ParameterLink.Order.Transposed(out) : new ParameterLink.Order.Same(),
                weightFactor(node)));
        if (bias) {
            links.add(new ParameterLink(name, "b", node.inputs().get(2), 0, out, new ParameterLink.Order.Same(), 1));
        }
        absorb(relu, name);
    }

    private void pool(Node node) {
        Shape in = shapes.of(node.input());
        Layer layer = Pooling.layer(graph, node, in);
        Region padding = Pooling.padding(graph, node, in);
        String from = vertex(node.input());
        addLayer(node, layer, padding == null ? from : addVertex(new SelectionVertex(padding), from));
        passScale(node);
    }

    private void globalPool(Node node, PoolingType type) {
        GlobalPoolingLayer layer =
                new GlobalPoolingLayer.Builder(type).collapseDimensions(false).build();
        addLayer(node, layer, vertex(node.input()));
        passScale(node);
    }

    private void reduceMean(Node node) {
        Shape in = shapes.of(node.input());
        int[] axes = Operands.axes(graph, node).orElse(new int[0]);
        int[] spatial = Arrays.stream(axes).map(in::axis).sorted().toArray();
        if (in.rank() != 4 || !Arrays.equals(spatial, new int[] {2, 3})) {
            throw untrainable(node, "takes the mean over axes other than height and width");
        }
        globalPool(node, PoolingType.AVG);
        if (shapes.of(node.output()).rank() == 2) {
            Shape pooled = in.with(2, 1).with(3, 1);
            vertices.put(node.output(), flatten(vertex(node.output()), pooled));
        }
    }

    private void join(Node node, GraphVertex vertex) {
        Shape out = shapes.of(node.output());
        for (String input : node.inputs()) {
            if (graph.initializer(input).isPresent()) {
                throw untrainable(node, "has the constant operand '" + input + "'");
            }
            if (!shapes.of(input).equals(out)) {
                throw untrainable(node, "broadcasts " + shapes.of(input) + " to " + out);
            }
            requireUnscaled(node, input);
        }
        vertices.put(
                node.output(),
                addVertex(vertex, node.inputs().stream().map(this::vertex).toArray(String[]::new)));
    }

    private void concat(Node node) {
        Shape out = shapes.of(node.output());
        if (out.axis((int) node.intAttribute("axis", 1)) != 1) {
            throw untrainable(node, "joins along another axis than the channels");
        }
        node.inputs().forEach(input -> requireUnscaled(node, input));
        vertices.put(
                node.output(),
                addVertex(
                        new MergeVertex(),
                        node.inputs().stream().map(this::vertex).toArray(String[]::new)));
    }

    private void reshape(Node node) {
        Shape in = shapes.of(node.input());
        Shape out = shapes.of(node.output());
        if (in.equals(out)) {
            alias(node);
        } else if (in.rank() == 4 && out.rank() == 2) {
            vertices.put(node.output(), flatten(vertex(node.input()), in));
            passScale(node);
        } else {
            throw untrainable(node, "turns " + in + " into " + out);
        }
    }

    /** Samples enter channel first, so a transposition of a channel-last input has already happened. */
    private void transpose(Node node) {
        int[] order = node.intsAttribute("perm").orElse(new int[0]);
        if (!graph.isInput(node.input()) || !Arrays.equals(order, new int[] {0, 3, 1, 2})) {
            throw untrainable(node, "is not at the model's input");
        }
        alias(node);
    }

    private void softmax(Node node) {
        Shape shape = shapes.of(node.input());
        if (shape.rank() != 2 || shape.axis((int) node.intAttribute("axis", 1)) != 1) {
            throw untrainable(node, "is taken over something else than rows");
        }
        requireUnscaled(node, node.input());
        addLayer(
                node,
                new ActivationLayer.Builder().activation(Activation.SOFTMAX).build(),
                vertex(node.input()));
    }

    private void activation(Node node) {
        IActivation function = Activations.of(graph, node);
        if (function == null) {
            throw untrainable(node);
        }
        if (node.is("Relu")) {
            passScale(node);
        } else {
            requireUnscaled(node, node.input());
        }
        addLayer(node, new ActivationLayer.Builder().activation(function).build(), vertex(node.input()));
    }

    private void alias(Node node) {
        vertices.put(node.output(), vertex(node.input()));
        passScale(node);
    }

    private String flatten(String from, Shape shape) {
        return addVertex(
                new PreprocessorVertex(new CnnToFeedForwardPreProcessor(shape.dim(2), shape.dim(3), shape.dim(1))),
                from);
    }

    // What the lowering of single operators needs.

    String addLayer(Node node, Layer layer, String from) {
        String name = "layer" + counter++;
        builder.addLayer(name, layer, from);
        vertices.put(node.output(), name);
        return name;
    }

    String addVertex(GraphVertex vertex, String... from) {
        String name = "vertex" + counter++;
        builder.addVertex(name, vertex, from);
        return name;
    }

    String vertex(String tensor) {
        String vertex = vertices.get(tensor);
        if (vertex == null) {
            throw new UntrainableGraphException(
                    "The trainer cannot follow tensor '" + tensor + "': it does not come from the model's input");
        }
        return vertex;
    }

    void bind(String tensor, String vertex) {
        vertices.put(tensor, vertex);
    }

    void link(ParameterLink link) {
        links.add(link);
    }

    /** Whether a normalisation shall follow this convolution. */
    boolean normalises(Node node, int channels) {
        return normalise && hasBias(node, channels);
    }

    void normalised(NormalisedConvolution convolution) {
        normalised.add(convolution);
    }

    /** A constant operand that only this node reads. */
    Tensor weights(Node node, int index) {
        String name = node.inputs().get(index);
        Tensor tensor = graph.constant(name);
        if (graph.consumers(name).size() > 1) {
            throw untrainable(node, "shares its weights '" + name + "' with another node");
        }
        return tensor;
    }

    boolean hasBias(Node node, int channels) {
        if (node.input(2).isEmpty()) {
            return false;
        }
        if (weights(node, 2).elements() != channels) {
            throw untrainable(node, "has a bias that is not one number a channel");
        }
        return true;
    }

    /** What weights are multiplied by to make up for the scaled input. */
    float weightFactor(Node node) {
        return scaled.contains(node.input()) ? 1 / inputScale : 1;
    }

    /** The ReLU that is alone in reading this node's output and so can be part of the layer. */
    @Nullable
    Node followingRelu(Node node) {
        List<Node> readers = graph.consumers(node.output());
        return readers.size() == 1 && readers.get(0).is("Relu") && !graph.isOutput(node.output())
                ? readers.get(0)
                : null;
    }

    void absorb(@Nullable Node relu, String layer) {
        if (relu != null) {
            absorbed.add(relu.name());
            vertices.put(relu.output(), layer);
        }
    }

    static UntrainableGraphException untrainable(Node node, String why) {
        return new UntrainableGraphException(node.label() + " cannot be trained through: it " + why);
    }

    private static UntrainableGraphException untrainable(Node node) {
        return untrainable(node, "is an operator the trainer does not have");
    }

    void passScale(Node node) {
        if (scaled.contains(node.input())) {
            scaled.add(node.output());
        }
    }

    private void requireUnscaled(Node node, String tensor) {
        if (inputScale != 1 && scaled.contains(tensor)) {
            throw new InputScaleException(node);
        }
    }

    /** The input may not be scaled, because this node is not linear in it. */
    static final class InputScaleException extends RuntimeException {
        private static final long serialVersionUID = 1;

        InputScaleException(Node node) {
            super(node.label() + " reads the scaled input");
        }
    }
}
