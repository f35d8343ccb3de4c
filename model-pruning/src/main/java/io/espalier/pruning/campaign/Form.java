package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.DroppableBlock;
import java.util.List;
import java.util.stream.Collectors;

/** A network with some of its blocks left out, and the planner of its widths. */
record Form(List<DroppableBlock> leftOut, Planner planner) {
    Form {
        leftOut = List.copyOf(leftOut);
    }

    static Form whole(Planner planner) {
        return new Form(List.of(), planner);
    }

    PrunableNetwork network() {
        return planner.network();
    }

    /** Behind a contender's name: empty for the whole network. */
    String suffix() {
        return leftOut.isEmpty()
                ? ""
                : leftOut.stream().map(DroppableBlock::name).collect(Collectors.joining(", ", " without ", ""));
    }
}
