package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.quantisation.QuantisedVariant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A trained network in 8-bit integers.
 *
 * @param wider than the network that was trained for float
 * @param graph as it would be shipped
 * @param cost in integers; latencies are 0 where nothing says how fast they are
 */
record IntegerForm(
        Made made, boolean wider, QuantisedVariant quantised, Graph graph, Cost cost, Optional<Encoding.Speed> speed) {
    static final String SUFFIX = " in int8";

    String name() {
        return made.name() + (wider ? ", wider" : "") + SUFFIX;
    }

    /** On the samples to choose by. */
    double score() {
        return quantised.after().score();
    }

    OptionalDouble speedRatio() {
        return speed.map(known -> OptionalDouble.of(known.ratio())).orElse(OptionalDouble.empty());
    }

    Encoding.Integers record() {
        return new Encoding.Integers(
                quantised.weights().limit(),
                quantised.clipping().name().toLowerCase(Locale.ROOT),
                quantised.before().score(),
                score(),
                speed);
    }
}
