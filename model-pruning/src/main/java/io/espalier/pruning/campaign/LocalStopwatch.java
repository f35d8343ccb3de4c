package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.training.Turns;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Times on this machine, where it is the device.
 *
 * @param turns taken for each timing, so that nothing else disturbs it
 */
public record LocalStopwatch(ThisMachine machine, Turns turns) implements Stopwatch {
    @Override
    public Map<String, Timing> time(Map<String, Supplier<Graph>> networks) {
        try (Turns.Turn turn = turns.take()) {
            return machine.inTurns(networks);
        }
    }
}
