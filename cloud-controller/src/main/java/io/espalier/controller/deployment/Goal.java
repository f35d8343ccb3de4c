package io.espalier.controller.deployment;

import io.espalier.terminal.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a device must achieve; an absent field is no constraint. */
public record Goal(
        @Nullable Double latencyP95Micros,
        @Nullable Long memoryBytes,
        @Nullable Long sizeBytes,
        @Nullable Double energyMillijoules,
        @Nullable Double minAccuracy) {
    /** Equal for goals that ask for the same, and stable across releases: plans are found by it. */
    public String key() {
        return latencyP95Micros + "/" + memoryBytes + "/" + sizeBytes + "/" + energyMillijoules + "/" + minAccuracy;
    }

    /** Whether nothing is asked for. */
    public boolean asksNothing() {
        return latencyP95Micros == null
                && memoryBytes == null
                && sizeBytes == null
                && energyMillijoules == null
                && minAccuracy == null;
    }

    /** Whether the model must cost less: pruning can do something for it. */
    public boolean asksForLess() {
        return latencyP95Micros != null || memoryBytes != null || sizeBytes != null;
    }

    /** In words, such as "p95 at most 410 µs, size at most 48.0 kB". */
    public String inWords() {
        List<String> parts = costs(" at most ");
        if (minAccuracy != null) {
            parts.add(String.format(Locale.ROOT, "accuracy at least %.1f %%", minAccuracy * 100));
        }
        return parts.isEmpty() ? "no constraint" : String.join(", ", parts);
    }

    /** What a model takes of that which the goal bounds, in words, such as "p95 520 µs, size 60.0 kB". */
    public String spentInWords(double p95Micros, long peakMemoryBytes, long fileBytes) {
        return String.join(
                ", ",
                new Goal(
                                latencyP95Micros == null ? null : p95Micros,
                                memoryBytes == null ? null : peakMemoryBytes,
                                sizeBytes == null ? null : fileBytes,
                                null,
                                null)
                        .costs(" "));
    }

    private List<String> costs(String bound) {
        List<String> parts = new ArrayList<>();
        if (latencyP95Micros != null) {
            parts.add("p95" + bound + Units.micros(latencyP95Micros));
        }
        if (memoryBytes != null) {
            parts.add("memory" + bound + Units.bytes(memoryBytes));
        }
        if (sizeBytes != null) {
            parts.add("size" + bound + Units.bytes(sizeBytes));
        }
        if (energyMillijoules != null) {
            parts.add("energy" + bound + energyMillijoules + " mJ");
        }
        return parts;
    }
}
