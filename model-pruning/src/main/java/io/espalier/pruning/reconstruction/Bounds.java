package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;

/** The range that an activation cuts values to; outside it they need not be equal, only on the same side. */
record Bounds(double low, double high) {
    static final Bounds NONE = new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** What all readers of a tensor cut it to; none where one of them does not, or the tensor leaves the graph. */
    static Bounds of(Graph graph, String tensor) {
        Bounds widest = new Bounds(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        for (Node reader : graph.consumers(tensor)) {
            Bounds own = NONE;
            if (reader.is("Relu")) {
                own = new Bounds(0, Double.POSITIVE_INFINITY);
            } else if (reader.is("Clip") && reader.input().equals(tensor)) {
                float[] bounds = Operands.clipBounds(graph, reader);
                own = new Bounds(bounds[0], bounds[1]);
            }
            widest = new Bounds(Math.min(widest.low, own.low), Math.max(widest.high, own.high));
        }
        return graph.isOutput(tensor) || widest.low >= widest.high ? NONE : widest;
    }

    double cut(double value) {
        return Math.max(low, Math.min(high, value));
    }

    /** The value nearest to {@code actual} that is cut to the same as {@code wanted}. */
    double nearest(double wanted, double actual) {
        boolean alike = (wanted <= low && actual <= low) || (wanted >= high && actual >= high);
        return alike ? actual : cut(wanted);
    }
}
