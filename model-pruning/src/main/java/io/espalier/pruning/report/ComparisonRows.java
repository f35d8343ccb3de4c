package io.espalier.pruning.report;

import io.espalier.pruning.evaluation.Metric;
import io.espalier.pruning.evaluation.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** Before and after, one quantity a row; the same rows on the page and on the terminal. */
public final class ComparisonRows {
    /** Differences up to this are no difference. */
    private static final double NEGLIGIBLE = 5e-4;

    private ComparisonRows() {}

    /**
     * One quantity.
     *
     * @param pruned between cutting and fine-tuning; a dash where that is no stage of its own
     */
    public record Row(String quantity, String before, String pruned, String after, String change, Trend trend) {}

    /** Whether a change is welcome. */
    public enum Trend {
        BETTER,
        WORSE,
        SAME;

        static Trend of(double welcome) {
            return welcome > NEGLIGIBLE ? BETTER : welcome < -NEGLIGIBLE ? WORSE : SAME;
        }
    }

    public static List<Row> of(Comparison comparison) {
        Measures before = comparison.before();
        Measures after = comparison.after();
        List<Row> rows = new ArrayList<>();
        rows.addAll(quality(before.quality(), comparison.pruned(), after.quality()));
        if (before.measured().isPresent() || after.measured().isPresent()) {
            rows.add(measured("latency p50, measured", before, after, Measures.Latency::p50Micros));
            rows.add(measured("latency p95, measured", before, after, Measures.Latency::p95Micros));
        }
        if (after.hasLatency()) {
            rows.add(cost(
                    "latency p50, predicted",
                    before.predicted().p50Micros(),
                    after.predicted().p50Micros(),
                    Figures::micros));
            rows.add(cost(
                    "latency p95, predicted",
                    before.predicted().p95Micros(),
                    after.predicted().p95Micros(),
                    Figures::micros));
        }
        rows.add(cost(
                "size of the file",
                before.predicted().sizeBytes(),
                after.predicted().sizeBytes(),
                ComparisonRows::bytes));
        rows.add(cost(
                "size through gzip",
                comparison.compressed().beforeBytes(),
                comparison.compressed().afterBytes(),
                ComparisonRows::bytes));
        rows.add(cost(
                "peak memory",
                before.predicted().peakMemoryBytes(),
                after.predicted().peakMemoryBytes(),
                ComparisonRows::bytes));
        rows.add(cost(
                "parameters", before.predicted().parameters(), after.predicted().parameters(), ComparisonRows::count));
        rows.add(cost(
                "multiply-accumulates",
                before.predicted().macs(),
                after.predicted().macs(),
                each -> Figures.large(Math.round(each))));
        return rows;
    }

    private static List<Row> quality(Quality before, Quality pruned, Quality after) {
        List<Row> rows = new ArrayList<>();
        for (int m = 0; m < before.metrics().size(); m++) {
            rows.add(metric(
                    before.metrics().get(m),
                    pruned.metrics().get(m),
                    after.metrics().get(m)));
        }
        return rows;
    }

    private static Row metric(Metric before, Metric pruned, Metric after) {
        double gain = after.value() - before.value();
        return new Row(
                before.name(),
                value(before),
                value(pruned),
                value(after),
                switch (before.unit()) {
                    case SHARE -> Figures.points(gain) + " points";
                    case NATS -> String.format(Locale.ROOT, "%+.3f", gain).replace('-', '−');
                },
                Trend.of(before.better() == Metric.Better.MORE ? gain : -gain));
    }

    private static String value(Metric metric) {
        return switch (metric.unit()) {
            case SHARE -> Figures.percent(metric.value());
            case NATS -> String.format(Locale.ROOT, "%.3f", metric.value());
        };
    }

    private static Row measured(
            String quantity, Measures before, Measures after, ToDoubleFunction<Measures.Latency> of) {
        if (before.measured().isPresent() && after.measured().isPresent()) {
            return cost(
                    quantity,
                    of.applyAsDouble(before.measured().get()),
                    of.applyAsDouble(after.measured().get()),
                    Figures::micros);
        }
        return new Row(quantity, micros(before, of), Figures.NONE, micros(after, of), Figures.NONE, Trend.SAME);
    }

    private static String micros(Measures measures, ToDoubleFunction<Measures.Latency> of) {
        return measures.measured()
                .map(latency -> Figures.micros(of.applyAsDouble(latency)))
                .orElse(Figures.NONE);
    }

    /** Something of which less is better. */
    private static Row cost(String quantity, double before, double after, DoubleFunction<String> format) {
        return new Row(
                quantity,
                format.apply(before),
                Figures.NONE,
                format.apply(after),
                Figures.change(before, after),
                before > 0 ? Trend.of((before - after) / before) : Trend.SAME);
    }

    private static String bytes(double bytes) {
        return Figures.bytes(Math.round(bytes));
    }

    private static String count(double count) {
        return Figures.count(Math.round(count));
    }
}
