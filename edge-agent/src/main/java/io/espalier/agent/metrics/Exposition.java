package io.espalier.agent.metrics;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Writes metrics in the text format of Prometheus: each family once, with HELP and TYPE before its samples, each series once.
 *
 * <p><i>Source:</i> Prometheus, Exposition formats, text-based format 0.0.4.
 */
final class Exposition {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private final StringBuilder text = new StringBuilder(4096);
    private final Set<String> families = new HashSet<>();
    private final Set<String> series = new HashSet<>();
    private String family = "";

    /** Begins a family; the samples that follow belong to it. */
    Exposition family(String name, String type, String help) {
        if (!NAME.matcher(name).matches() || !families.add(name)) {
            throw new IllegalArgumentException("Metric name " + name + " is not allowed or not new");
        }
        family = name;
        text.append("# HELP ").append(name).append(' ').append(escaped(help)).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    Exposition sample(double value) {
        return sample("", Map.of(), value);
    }

    Exposition sample(Map<String, String> labels, double value) {
        return sample("", labels, value);
    }

    /** {@code suffix} tells the parts of a histogram apart: _bucket, _sum, _count. */
    Exposition sample(String suffix, Map<String, String> labels, double value) {
        StringBuilder name = new StringBuilder(family).append(suffix);
        char before = '{';
        for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
            if (!LABEL.matcher(label.getKey()).matches()) {
                throw new IllegalArgumentException("Label name " + label.getKey() + " is not allowed");
            }
            name.append(before).append(label.getKey()).append("=\"");
            name.append(escaped(label.getValue()).replace("\"", "\\\"")).append('"');
            before = ',';
        }
        if (!labels.isEmpty()) {
            name.append('}');
        }
        if (family.isEmpty() || !series.add(name.toString())) {
            throw new IllegalArgumentException("Series " + name + " has no family or is not new");
        }
        text.append(name).append(' ').append(number(value)).append('\n');
        return this;
    }

    private static String escaped(String plain) {
        return plain.replace("\\", "\\\\").replace("\n", "\\n");
    }

    static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
