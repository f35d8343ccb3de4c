package io.espalier.pruning.campaign;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.Timing;
import java.util.Map;
import java.util.function.Supplier;

/** Times networks on the device that is planned for. There is one only where that device is at hand. */
@FunctionalInterface
public interface Stopwatch {
    /**
     * Times all of them in turns, so that a disturbance meets all; while nothing else on the device is timed or trained.
     *
     * @param networks by name, asked for each time one is opened
     */
    Map<String, Timing> time(Map<String, Supplier<Graph>> networks);
}
