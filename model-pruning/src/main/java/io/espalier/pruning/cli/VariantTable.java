package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.latency.Timing;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Tells a person what came out. */
final class VariantTable {
    private VariantTable() {}

    static void print(PrintStream out, JsonNode result, Target target, Path folder) {
        out.println();
        if (result.path("outcome").asText().equals("refused")) {
            out.println("Refused: " + result.path("detail").asText());
            return;
        }
        row(out, "%-27s %12s %10s %10s %8s  %s", "candidate", "p95 (us)", "kMACs", "weights", "score", "");
        for (JsonNode each : result.path("candidates")) {
            row(
                    out,
                    "%-27s %12.1f %10d %10d %8s  %s",
                    (each.path("chosen").asBoolean() ? "> " : "  ")
                            + each.path("name").asText(),
                    each.path("predictedP95Micros").asDouble(),
                    each.path("macs").asLong() / 1000,
                    each.path("parameters").asLong(),
                    each.path("score").asDouble() > 0
                            ? String.format(
                                    Locale.ROOT,
                                    "%.1f %%",
                                    100 * each.path("score").asDouble())
                            : "",
                    each.path("reason").asText());
        }
        JsonNode variant = result.path("variant");
        out.println();
        StringBuilder kept = new StringBuilder();
        variant.path("keptChannels")
                .forEach(g -> kept.append(kept.isEmpty() ? "" : ", ")
                        .append("%s %d of %d"
                                .formatted(
                                        g.path("layer").asText(),
                                        g.path("kept").asInt(),
                                        g.path("of").asInt())));
        out.println("kept      " + kept);
        row(
                out,
                "accuracy  %.2f %% as it came, %.2f %% pruned, %.2f %% %s%s",
                100 * variant.path("accuracyBefore").asDouble(),
                100 * variant.path("accuracyPruned").asDouble(),
                100 * variant.path("accuracyAfter").asDouble(),
                variant.has("note") ? "fitted" : "fine-tuned",
                variant.has("randomOneShotAccuracy")
                        ? String.format(
                                Locale.ROOT,
                                " (%.2f %% with channels drawn by lot, not fine-tuned)",
                                100 * variant.path("randomOneShotAccuracy").asDouble())
                        : "");
        if (variant.has("note")) {
            out.println("note      " + variant.path("note").asText());
        }
        target.latencyP95Micros()
                .ifPresent(budget -> row(
                        out,
                        "p95       %.1f us predicted, budget %.1f us",
                        variant.path("predictedP95Micros").asDouble(),
                        budget));
        row(out, "size      %d bytes in %s", variant.path("sizeBytes").asLong(), folder.resolve(VariantResult.MODEL));
    }

    static void printMeasured(PrintStream out, Timing measured) {
        row(
                out,
                "measured  p50 %.1f us, p95 %.1f us here, %d runs",
                measured.medianMicros(),
                measured.p95Micros(),
                measured.samples());
    }

    private static void row(PrintStream out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
