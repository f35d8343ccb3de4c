package io.espalier.controller.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What inspection found, as the worker wrote it; what the controller itself reads of it has a name here. */
public record Inspection(Map<String, Object> values) {
    public Inspection {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Of the test split, as shipped; empty without a data set. */
    public Optional<Double> accuracy() {
        return number("accuracy").map(Number::doubleValue);
    }

    public Optional<Long> sizeBytes() {
        return number("sizeBytes").map(Number::longValue);
    }

    /** "NCHW" or "NHWC". */
    public String layout() {
        return values.get("layout") instanceof String layout ? layout : "NCHW";
    }

    /** Of one sample, without the batch dimension. */
    public List<Integer> inputShape() {
        return values.get("inputShape") instanceof List<?> shape
                ? shape.stream().map(size -> ((Number) size).intValue()).toList()
                : List.of();
    }

    public List<String> classNames() {
        return values.get("classNames") instanceof List<?> names
                ? names.stream().map(String::valueOf).toList()
                : List.of();
    }

    private Optional<Number> number(String name) {
        return values.get(name) instanceof Number number ? Optional.of(number) : Optional.empty();
    }
}
