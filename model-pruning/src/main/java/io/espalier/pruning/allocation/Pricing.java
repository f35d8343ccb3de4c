package io.espalier.pruning.allocation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what a width choice costs. */
@FunctionalInterface
public interface Pricing {
    Cost of(int[] widths);

    /** The same prices, each worked out once; for one thread. */
    static Pricing remembered(Pricing pricing) {
        Map<List<Integer>, Cost> known = new HashMap<>();
        return widths -> known.computeIfAbsent(
                Arrays.stream(widths).boxed().collect(Collectors.toUnmodifiableList()), key -> pricing.of(widths));
    }
}
