package io.espalier.pruning.quantisation;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.OptionalDouble;

/** What a float network would cost in integers, before it is calibrated. */
public final class IntegerPricing {
    private final WeightRange weights;
    private final IntegerSpeed speed;

    public IntegerPricing(WeightRange weights, IntegerSpeed speed) {
        this.weights = weights;
        this.speed = speed;
    }

    /**
     * The cost of a network in integers.
     *
     * @param cost size exact; peak memory as if only the stored weights shrank, an upper bound; latencies 0 where {@code
     *     speedRatio} is empty
     * @param speedRatio integer over float latency; empty where the device timed no network like it
     */
    public record Price(Cost cost, OptionalDouble speedRatio) {}

    /**
     * Prices one network.
     *
     * @param folded without batch normalisations
     * @param floating what it costs in float
     */
    public Price of(Graph folded, Cost floating) {
        Graph integers = Quantiser.of(folded).shaped(weights);
        long weightBytes = integers.initializers().values().stream()
                .mapToLong(tensor -> tensor.sizeBytes())
                .sum();
        OptionalDouble ratio = floating.p50Micros() > 0 ? speed.ratio(floating.p50Micros()) : OptionalDouble.empty();
        double factor = ratio.orElse(0);
        Cost cost = new Cost(
                floating.p50Micros() * factor,
                floating.p95Micros() * factor,
                energy(floating, ratio),
                OnnxWriter.write(integers).length,
                floating.peakMemoryBytes() - Costs.of(folded).weightBytes() + weightBytes,
                floating.macs(),
                floating.parameters());
        return new Price(cost, ratio);
    }

    /** Integers that were not timed cannot be said to take less energy either. */
    private static OptionalDouble energy(Cost floating, OptionalDouble ratio) {
        return floating.energyMillijoules().isPresent() && ratio.isPresent()
                ? OptionalDouble.of(floating.energyMillijoules().getAsDouble() * ratio.getAsDouble())
                : OptionalDouble.empty();
    }
}
