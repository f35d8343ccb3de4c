package io.espalier.pruning.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A latency as a person writes it: {@code 2ms}, {@code 350us}, or {@code 50%} of the unpruned model's. */
record LatencyTarget(double value, Unit unit) {
    private static final Pattern FORM = Pattern.compile("\\s*([0-9]+(?:\\.[0-9]+)?)\\s*(s|ms|us|µs|%)\\s*");

    enum Unit {
        MICROS,
        PER_CENT_OF_DENSE
    }

    static LatencyTarget parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Double.parseDouble(matcher.group(1)) <= 0) {
            throw new InvalidInputException(
                    "The latency cannot be understood",
                    "\"" + text + "\" is not a positive latency: write 2ms, 350us, or 50% of the unpruned model's");
        }
        double number = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> new LatencyTarget(number * 1e6, Unit.MICROS);
            case "ms" -> new LatencyTarget(number * 1e3, Unit.MICROS);
            case "%" -> new LatencyTarget(number, Unit.PER_CENT_OF_DENSE);
            default -> new LatencyTarget(number, Unit.MICROS);
        };
    }

    /** Whether no pruning is needed for it. */
    boolean allowsTheUnprunedModel() {
        return unit == Unit.PER_CENT_OF_DENSE && value >= 100;
    }

    /** In microseconds; empty where it is in per cent of what is not known. */
    Optional<Double> micros(Optional<Double> denseP95Micros) {
        return unit == Unit.MICROS ? Optional.of(value) : denseP95Micros.map(dense -> dense * value / 100);
    }
}
