package io.espalier.pruning.onnx;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.ElementType;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.GraphBuilder;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.proto.AttributeProto;
import io.espalier.pruning.onnx.proto.GraphProto;
import io.espalier.pruning.onnx.proto.ModelProto;
import io.espalier.pruning.onnx.proto.NodeProto;
import io.espalier.pruning.onnx.proto.OperatorSetIdProto;
import io.espalier.pruning.onnx.proto.StringStringEntryProto;
import io.espalier.pruning.onnx.proto.TensorProto;
import io.espalier.pruning.onnx.proto.TensorShapeProto.Dimension;
import io.espalier.pruning.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns the parsed schema into a graph, operator by operator, and refuses what no later step could handle. */
final class GraphImport {
    private static final int MAX_NODES = 20_000;
    private static final Set<String> STANDARD_DOMAINS = Set.of("", "ai.onnx");

    private GraphImport() {}

    static Graph of(ModelProto model) {
        GraphProto proto = model.getGraph();
        if (proto.getNodeCount() > MAX_NODES) {
            throw new InvalidModelException("The graph has " + proto.getNodeCount() + " nodes; at most " + MAX_NODES
                    + " are accepted. Simplify the model when exporting.");
        }
        GraphBuilder builder = new GraphBuilder(proto.getName(), opset(model));
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (!STANDARD_DOMAINS.contains(set.getDomain())) {
                builder.otherOpset(set.getDomain(), version(set));
            }
        }
        for (StringStringEntryProto entry : model.getMetadataPropsList()) {
            builder.metadata(entry.getKey(), entry.getValue());
        }
        Set<String> constants = new HashSet<>();
        for (TensorProto tensor : proto.getInitializerList()) {
            if (!constants.add(tensor.getName())) {
                throw new InvalidModelException("Two initializers are named '" + tensor.getName()
                        + "'. Give each a name of its own when exporting.");
            }
            builder.initializer(tensor.getName(), TensorImport.of(tensor, tensor.getName()));
        }
        for (ValueInfoProto input : proto.getInputList()) {
            if (!constants.contains(input.getName())) {
                builder.input(valueInfo(input, "Input"));
            }
        }
        for (ValueInfoProto output : proto.getOutputList()) {
            builder.output(output(output));
        }
        if (proto.getOutputCount() == 0) {
            throw new InvalidModelException("The graph has no output. Export the model again.");
        }
        for (ValueInfoProto value : proto.getValueInfoList()) {
            if (isFullyKnown(value)) {
                builder.declare(valueInfo(value, "Tensor"));
            }
        }
        nodes(proto).forEach(builder::node);
        return builder.build();
    }

    private static int opset(ModelProto model) {
        long[] versions = model.getOpsetImportList().stream()
                .filter(set -> STANDARD_DOMAINS.contains(set.getDomain()))
                .mapToLong(OperatorSetIdProto::getVersion)
                .distinct()
                .toArray();
        if (versions.length != 1) {
            throw new InvalidModelException("The model names " + versions.length
                    + " versions of the standard ONNX operators; it must name one. Export it again.");
        }
        long version = versions[0];
        if (version > OnnxReader.NEWEST_OPSET) {
            throw new InvalidModelException("The model uses opset " + version + ", but " + OnnxReader.NEWEST_OPSET
                    + " is the newest supported. Export it with opset_version=" + OnnxReader.NEWEST_OPSET
                    + " or lower.");
        }
        if (version < OnnxReader.OLDEST_OPSET) {
            throw new InvalidModelException("The model uses opset " + version + ", but " + OnnxReader.OLDEST_OPSET
                    + " is the oldest supported. Export it again with a current tool.");
        }
        return (int) version;
    }

    private static int version(OperatorSetIdProto set) {
        if (set.getVersion() < 0 || set.getVersion() > Integer.MAX_VALUE) {
            throw new InvalidModelException("The operator set '" + set.getDomain() + "' has the version "
                    + set.getVersion() + ". Export the model again.");
        }
        return (int) set.getVersion();
    }

    private static List<Node> nodes(GraphProto proto) {
        Set<String> given = new HashSet<>();
        proto.getNodeList().forEach(node -> given.add(node.getName()));
        Set<String> taken = new HashSet<>();
        List<Node> nodes = new ArrayList<>();
        for (NodeProto node : proto.getNodeList()) {
            String name = node.getName();
            if (name.isEmpty() || !taken.add(name)) {
                int number = nodes.size();
                do {
                    name = node.getOpType() + "_" + number++;
                } while (given.contains(name) || !taken.add(name));
            }
            nodes.add(node(node, name));
        }
        return nodes;
    }

    private static Node node(NodeProto node, String name) {
        if (node.getOutputCount() == 0) {
            throw new InvalidModelException(
                    "Node " + node.getOpType() + " '" + name + "' has no output. Export the model again.");
        }
        String domain = STANDARD_DOMAINS.contains(node.getDomain()) ? "" : node.getDomain();
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            String where = node.getOpType() + " '" + name + "'";
            if (attributes.put(attribute.getName(), attribute(attribute, where)) != null) {
                throw new InvalidModelException(
                        where + " has two attributes named '" + attribute.getName() + "'. Export the model again.");
            }
        }
        return new Node(name, node.getOpType(), domain, node.getInputList(), node.getOutputList(), attributes);
    }

    private static Attribute attribute(AttributeProto a, String where) {
        return switch (a.getType()) {
            case INT -> new Attribute.IntValue(a.getI());
            case FLOAT -> new Attribute.FloatValue(a.getF());
            case STRING -> new Attribute.StringValue(a.getS().toStringUtf8());
            case TENSOR -> new Attribute.TensorValue(TensorImport.of(a.getT(), a.getName() + " of " + where));
            case INTS -> new Attribute.Ints(a.getIntsList());
            case FLOATS -> new Attribute.Floats(a.getFloatsList());
            case STRINGS ->
                new Attribute.Strings(
                        a.getStringsList().stream().map(s -> s.toStringUtf8()).toList());
            default ->
                throw new InvalidModelException("Attribute '" + a.getName() + "' of " + where + " has the type "
                        + a.getType() + ", which Espalier does not support (control flow, sparse tensors). "
                        + "Export the model without it.");
        };
    }

    private static ValueInfo valueInfo(ValueInfoProto value, String what) {
        String name = value.getName();
        if (!value.getType().hasTensorType() || !value.getType().getTensorType().hasShape()) {
            throw new InvalidModelException(
                    what + " '" + name + "' has no declared shape. Export the model with fixed input shapes.");
        }
        List<Integer> dims = new ArrayList<>();
        for (Dimension dim : value.getType().getTensorType().getShape().getDimList()) {
            dims.add(extent(dim, dims.size(), what + " '" + name + "'"));
        }
        ElementType type =
                ElementType.ofOnnxCode(value.getType().getTensorType().getElemType(), name);
        return new ValueInfo(name, type, new Shape(dims));
    }

    private static int extent(Dimension dim, int axis, String where) {
        long extent = dim.getDimValue();
        if (axis == 0 && extent <= 0) {
            return Shape.BATCH;
        }
        if (extent <= 0) {
            String symbol = dim.getDimParam().isEmpty() ? "unknown" : "'" + dim.getDimParam() + "'";
            throw new InvalidModelException(where + " has a dynamic dimension: axis " + axis + " is " + symbol
                    + ". Only the batch (axis 0) may be dynamic; export the model with this dimension fixed.");
        }
        if (extent > Integer.MAX_VALUE) {
            throw new InvalidModelException(
                    where + ": axis " + axis + " has the extent " + extent + ", which overflows any real tensor.");
        }
        return (int) extent;
    }

    private static boolean isFullyKnown(ValueInfoProto value) {
        if (!value.getType().hasTensorType() || !value.getType().getTensorType().hasShape()) {
            return false;
        }
        List<Dimension> dims = value.getType().getTensorType().getShape().getDimList();
        return dims.stream().skip(1).allMatch(dim -> dim.getDimValue() > 0);
    }

    /** Output shapes are inferred later; the declared one counts only where it is complete. */
    private static ValueInfo output(ValueInfoProto value) {
        if (isFullyKnown(value)) {
            return valueInfo(value, "Output");
        }
        return new ValueInfo(
                value.getName(),
                ElementType.ofOnnxCode(value.getType().getTensorType().getElemType(), value.getName()),
                Shape.of(Shape.BATCH));
    }
}
