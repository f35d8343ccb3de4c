package io.espalier.pruning.evaluation;

import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ValueInfo;
import java.util.List;

/** The one input of a classifier: its name, the shape of a sample, and the order of its values. */
public record ModelInput(String name, SampleShape shape, Layout layout) {

    /** The one input of a graph. */
    public static ModelInput of(Graph graph) {
        ValueInfo input = graph.onlyInput();
        return of(
                input.name(),
                input.shape().dims().stream().map(Integer::longValue).toList());
    }

    /**
     * Reads the dimensions of an input, the batch first.
     *
     * <p>Where four dimensions leave the order open, the small one (at most 4) is taken for the channels, and the first
     * where both are small or both are large.
     */
    public static ModelInput of(String name, List<Long> dimensions) {
        for (long dimension : dimensions.subList(Math.min(1, dimensions.size()), dimensions.size())) {
            if (dimension < 1 || dimension > 1 << 20) {
                throw new UnusableModelException("Input '" + name + "' has the shape " + dimensions
                        + ": only the batch dimension may be dynamic, the others must be numbers");
            }
        }
        return switch (dimensions.size()) {
            case 2 -> new ModelInput(name, new SampleShape(1, 1, at(dimensions, 1)), Layout.NCHW);
            case 3 -> new ModelInput(name, new SampleShape(1, at(dimensions, 1), at(dimensions, 2)), Layout.NCHW);
            case 4 -> {
                boolean channelsLast = dimensions.get(3) <= 4 && dimensions.get(1) > 4;
                yield channelsLast
                        ? new ModelInput(
                                name,
                                new SampleShape(at(dimensions, 3), at(dimensions, 1), at(dimensions, 2)),
                                Layout.NHWC)
                        : new ModelInput(
                                name,
                                new SampleShape(at(dimensions, 1), at(dimensions, 2), at(dimensions, 3)),
                                Layout.NCHW);
            }
            default ->
                throw new UnusableModelException("Input '" + name + "' has the shape " + dimensions
                        + ": a batch of images or vectors is needed");
        };
    }

    private static int at(List<Long> dimensions, int index) {
        return Math.toIntExact(dimensions.get(index));
    }
}
