package io.espalier.pruning.latency;

import io.espalier.pruning.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The probes that show how one base model's latency follows its widths: the model itself, its narrowest form, and ten
 * variants between.
 *
 * <p>The suite is made before any device has shown its channel step, so widths fall on multiples of 16 and 8 mostly,
 * where steps usually lie, and of 4 for contrast. Half of the variants narrow all groups alike; the others are drawn by
 * Latin hypercube, each group passing through all its strata, so that groups can be told apart. Weights are whatever
 * the model has: latency does not ask.
 */
public final class ModelSuite {
    /** The base model itself. */
    public static final String DENSE = "dense";
    /** Every group at its minimum width. */
    public static final String FLOOR = "floor";

    private static final String VARIANT_PREFIX = "w-";
    private static final double[] UNIFORM = {0.82, 0.65, 0.5, 0.35};
    private static final int DRAWN = 6;
    private static final long SEED = 11;

    private ModelSuite() {}

    /** The widths of every probe by name; the same for the same arguments. */
    public static Map<String, int[]> widths(int[] full, int[] minimum) {
        Map<String, int[]> probes = new LinkedHashMap<>();
        probes.put(DENSE, full.clone());
        probes.put(FLOOR, minimum.clone());
        Set<String> seen = new LinkedHashSet<>(List.of(name(full), name(minimum)));
        for (int[] widths : variants(full, minimum)) {
            if (seen.add(name(widths))) {
                probes.put(name(widths), widths);
            }
        }
        return probes;
    }

    /** The suite as devices receive it. */
    public static byte[] bytes(Graph dense, Map<String, int[]> widths, Function<int[], Graph> shaped) {
        Map<String, Graph> graphs = new LinkedHashMap<>();
        widths.forEach((name, each) -> graphs.put(name, name.equals(DENSE) ? dense : shaped.apply(each)));
        return BaseSuite.bytes(graphs);
    }

    /** The widths that a probe's name stands for; empty for a name that is not of this suite. */
    public static Optional<int[]> parse(String name, int[] full, int[] minimum) {
        if (name.equals(DENSE) || name.equals(FLOOR)) {
            return Optional.of((name.equals(DENSE) ? full : minimum).clone());
        }
        if (!name.matches(VARIANT_PREFIX + "\\d{1,6}(-\\d{1,6})*")) {
            return Optional.empty();
        }
        int[] widths = Arrays.stream(name.substring(VARIANT_PREFIX.length()).split("-"))
                .mapToInt(Integer::parseInt)
                .toArray();
        boolean legal = widths.length == full.length
                && IntStream.range(0, full.length).allMatch(g -> widths[g] >= 1 && widths[g] <= full[g]);
        return legal ? Optional.of(widths) : Optional.empty();
    }

    private static String name(int[] widths) {
        return Arrays.stream(widths).mapToObj(Integer::toString).collect(Collectors.joining("-", VARIANT_PREFIX, ""));
    }

    private static List<int[]> variants(int[] full, int[] minimum) {
        List<int[]> variants = new ArrayList<>();
        for (double fraction : UNIFORM) {
            variants.add(rounded(full, minimum, g -> fraction, 8));
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[][] strata = new double[full.length][];
        for (int g = 0; g < full.length; g++) {
            strata[g] = shuffledStrata(random);
        }
        for (int v = 0; v < DRAWN; v++) {
            int variant = v;
            variants.add(rounded(full, minimum, g -> strata[g][variant], v < DRAWN / 2 ? 16 : v < DRAWN - 1 ? 8 : 4));
        }
        return variants;
    }

    /** One fraction from each of equal strata of 0.2 to 1, in random order. */
    private static double[] shuffledStrata(SplittableRandom random) {
        double[] fractions = new double[DRAWN];
        for (int v = 0; v < DRAWN; v++) {
            fractions[v] = 0.2 + 0.8 * (v + 0.5) / DRAWN;
        }
        for (int i = DRAWN - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double swap = fractions[i];
            fractions[i] = fractions[j];
            fractions[j] = swap;
        }
        return fractions;
    }

    private interface Fraction {
        double of(int group);
    }

    private static int[] rounded(int[] full, int[] minimum, Fraction fraction, int multiple) {
        int[] widths = new int[full.length];
        for (int g = 0; g < widths.length; g++) {
            // Coarse steps would leave a narrow group no choice.
            int step = Math.max(1, Math.min(multiple, full[g] / 4));
            long width = Math.round(full[g] * fraction.of(g) / step) * step;
            widths[g] = (int) Math.max(minimum[g], Math.min(full[g], width));
        }
        return widths;
    }
}
