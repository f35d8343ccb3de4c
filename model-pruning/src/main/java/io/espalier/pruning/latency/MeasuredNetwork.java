package io.espalier.pruning.latency;

import java.util.List;

/** A network as the latency model sees it: how wide each group is, and the kernel calls that follow from it. */
public record MeasuredNetwork(int[] widths, List<FusedOperator> operators) {
    public MeasuredNetwork {
        widths = widths.clone();
        operators = List.copyOf(operators);
    }

    @Override
    public int[] widths() {
        return widths.clone();
    }
}
