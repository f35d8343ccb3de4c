package io.espalier.controller.artifact;

import java.util.List;

/** The input contract that goes with a variant: value = (raw * scale - mean[channel]) / std[channel]. */
public record InputSpec(
        String layout,
        List<Integer> shape,
        double scale,
        List<Double> mean,
        List<Double> std,
        List<String> classNames) {
    public InputSpec {
        shape = List.copyOf(shape);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        classNames = List.copyOf(classNames);
    }
}
