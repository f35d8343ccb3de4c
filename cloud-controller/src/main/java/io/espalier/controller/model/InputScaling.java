package io.espalier.controller.model;

import java.util.List;
import java.util.Objects;

/**
 * How raw values become the model's input: {@code (raw * scale - mean[channel]) / std[channel]}.
 *
 * @param mean empty means zero for every channel
 * @param std empty means one for every channel
 */
public record InputScaling(double scale, List<Double> mean, List<Double> std) {
    public static final InputScaling RAW = new InputScaling(1, List.of(), List.of());

    private static final int MOST_CHANNELS = 1024;

    public InputScaling {
        requireNumbers("mean", mean);
        requireNumbers("std", std);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (!(Math.abs(scale) > 0 && Math.abs(scale) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("scale must be a number other than 0, got " + scale);
        }
        if (mean.size() > MOST_CHANNELS || std.size() > MOST_CHANNELS) {
            throw new IllegalArgumentException("mean and std take one value a channel, at most " + MOST_CHANNELS);
        }
        mean.forEach(value -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("mean must hold numbers, got " + value);
            }
        });
        std.forEach(value -> {
            if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("std must hold numbers above 0, got " + value);
            }
        });
    }

    private static void requireNumbers(String field, List<Double> values) {
        if (values.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(field + " must hold numbers, got " + values);
        }
    }
}
