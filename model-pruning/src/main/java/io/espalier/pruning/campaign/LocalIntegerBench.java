package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.quantisation.WeightRange;
import io.espalier.pruning.training.Turns;
import java.util.OptionalDouble;

/**
 * Times integers on this machine for devices of its kind: those whose runtime chooses the same integer kernels.
 *
 * @param turns taken for each timing, so that nothing else disturbs it
 */
public record LocalIntegerBench(Isa device, Isa here, ThisMachine machine, Turns turns) implements IntegerBench {
    @Override
    public WeightRange weights() {
        return device.weights();
    }

    @Override
    public OptionalDouble timed(Graph floats, Graph integers) {
        if (!device.computesLike(here)) {
            return OptionalDouble.empty();
        }
        try (Turns.Turn turn = turns.take()) {
            return OptionalDouble.of(machine.integersOverFloat(floats, integers));
        }
    }
}
