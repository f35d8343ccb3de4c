package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.SliceRange;
import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** Lowers what only moves numbers: parts of images, zeros around them, channels picked by their numbers. */
final class SelectionLowering {
    private final Lowering lowering;
    private final Graph graph;
    private final Shapes shapes;

    SelectionLowering(Lowering lowering, Graph graph, Shapes shapes) {
        this.lowering = lowering;
        this.graph = graph;
        this.shapes = shapes;
    }

    void lower(Node node) {
        Selection selection = switch (node.opType()) {
            case "Slice" -> slice(node);
            case "Pad" -> pad(node);
            default -> gather(node);
        };
        lowering.bind(node.output(), lowering.addVertex(new SelectionVertex(selection), lowering.vertex(node.input())));
        lowering.passScale(node);
    }

    private Selection slice(Node node) {
        SliceRange[] ranges = Operands.slices(graph, node, imageShape(node));
        Region region = Region.slice(
                axes(ranges, SliceRange::start), axes(ranges, SliceRange::step), axes(ranges, SliceRange::count));
        if (Arrays.stream(ranges).anyMatch(range -> range.step() < 1)) {
            throw Lowering.untrainable(node, "reads an axis backwards");
        }
        return region;
    }

    private Selection pad(Node node) {
        Shape in = imageShape(node);
        int[] pads = Operands.pads(graph, node, 4);
        if (!Operands.padsWithZero(graph, node) || pads[0] != 0 || pads[4] != 0) {
            throw Lowering.untrainable(node, "pads with something else than zeros, or the batch");
        }
        Region region = Region.pad(
                new int[] {in.dim(1), in.dim(2), in.dim(3)},
                Arrays.copyOfRange(pads, 1, 4),
                Arrays.copyOfRange(pads, 5, 8));
        if (Arrays.stream(pads).anyMatch(amount -> amount < 0)) {
            throw Lowering.untrainable(node, "has negative pads");
        }
        return region;
    }

    private Selection gather(Node node) {
        Shape in = shapes.of(node.input());
        Shape out = shapes.of(node.output());
        Tensor indices = graph.constantInput(node, 1)
                .orElseThrow(() -> Lowering.untrainable(node, "picks positions that are computed"));
        boolean supported = in.axis((int) node.intAttribute("axis", 0)) == 1
                && indices.shape().rank() == 1
                && (in.rank() == 2 || in.rank() == 4);
        if (!supported) {
            throw Lowering.untrainable(node, "picks something else than channels");
        }
        int[] channels = Arrays.stream(indices.longs())
                .mapToInt(index -> (int) (index < 0 ? index + in.dim(1) : index))
                .toArray();
        return new PickedChannels(channels, in.dim(1), out);
    }

    private Shape imageShape(Node node) {
        Shape shape = shapes.of(node.input());
        if (shape.rank() != 4) {
            throw Lowering.untrainable(node, "works on " + shape + " rather than images");
        }
        return shape;
    }

    private static int[] axes(SliceRange[] ranges, ToIntFunction<SliceRange> value) {
        return Arrays.stream(ranges).skip(1).mapToInt(value).toArray();
    }
}
