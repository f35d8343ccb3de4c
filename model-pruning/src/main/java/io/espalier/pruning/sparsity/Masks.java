package io.espalier.pruning.sparsity;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Masks by the name of the constant they hold.
 *
 * @param byConstant constants that are not named are free
 */
public record Masks(Map<String, Mask> byConstant) {
    /** Nothing is held at zero. */
    public static final Masks NONE = new Masks(Map.of());

    public Masks {
        byConstant = Collections.unmodifiableMap(new LinkedHashMap<>(byConstant));
    }

    public boolean isEmpty() {
        return byConstant.isEmpty();
    }

    /** Part of the masked constants' elements that is held at zero, 0 to 1; 0 where nothing is masked. */
    public double sparsity() {
        long zeros = byConstant.values().stream().mapToLong(Mask::zeros).sum();
        long elements = byConstant.values().stream().mapToLong(Mask::length).sum();
        return elements == 0 ? 0 : (double) zeros / elements;
    }

    /** Whether all masked weights of a graph are zero. */
    public boolean hold(Graph graph) {
        return byConstant.entrySet().stream().allMatch(each -> {
            float[] values = graph.constant(each.getKey()).floats();
            return IntStream.range(0, values.length)
                    .allMatch(i -> values[i] == 0 || !each.getValue().isZero(i));
        });
    }

    /**
     * The graph with the masked weights zero, all shapes as they were.
     *
     * <p>Errors: {@link IllegalArgumentException} for a constant of another size; {@link
     * io.espalier.pruning.graph.InvalidModelException} for one that the graph does not have.
     */
    public Graph applied(Graph graph) {
        Map<String, Tensor> masked = new LinkedHashMap<>();
        byConstant.forEach((name, mask) -> masked.put(name, applied(name, mask, graph.constant(name))));
        return masked.isEmpty() ? graph : graph.withInitializers(masked);
    }

    private static Tensor applied(String name, Mask mask, Tensor tensor) {
        if (mask.length() != tensor.elements()) {
            throw new IllegalArgumentException("The mask of '" + name + "' is for " + mask.length()
                    + " elements, but the constant has " + tensor.elements() + ": it is of another network.");
        }
        float[] values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = mask.isZero(i) ? 0 : values[i];
        }
        return Tensor.ofFloats(values, tensor.shape());
    }
}
