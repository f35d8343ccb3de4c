package io.espalier.pruning.report;

import io.espalier.pruning.campaign.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A run in two sentences and what to do next.
 *
 * @param headline says how it ended without a number too many
 * @param detail the numbers behind it
 * @param next things a person can do now, the most useful first
 */
public record Summary(Level level, String headline, String detail, List<String> next) {
    /** A loss of accuracy up to this is what a person expects of pruning. */
    private static final double USUAL_LOSS = 0.02;

    private static final int MORE_EPOCHS = 3;

    /** How content a person can be. */
    public enum Level {
        GOOD,
        DOUBTFUL,
        BAD
    }

    public Summary {
        next = List.copyOf(next);
    }

    public static Summary of(Report report) {
        if (report.verdict() instanceof Verdict.Refused refused) {
            return refused(report, refused);
        }
        if (report.verdict() instanceof Verdict.TooMuchLost lost) {
            return new Summary(
                    Level.BAD,
                    "Refused: more would be lost than may be",
                    "The model " + lost.stop().detail() + ".",
                    List.of("Allow more with --most-lost, ask for less, take smaller steps with --rounds, or train"
                            + " longer with --epochs."));
        }
        if (report.verdict() instanceof Verdict.Failed failed) {
            return new Summary(Level.BAD, failed.title(), failed.detail(), List.of("Put that right and run it again."));
        }
        return made(report, report.comparison().orElseThrow());
    }

    private static Summary refused(Report report, Verdict.Refused refused) {
        String detail = refused.detail();
        String sentence = detail.isEmpty()
                ? ""
                : "The model " + detail.substring(0, 1).toLowerCase(Locale.ROOT) + detail.substring(1) + ".";
        List<String> next = new ArrayList<>();
        if (refused.floorP95Micros() > 0) {
            next.add("Ask for more than " + Figures.micros(refused.floorP95Micros())
                    + ", or start from a smaller model.");
        } else if (!report.asked().limits().isEmpty()) {
            next.add("Allow more, or start from a smaller model.");
        }
        return new Summary(Level.BAD, "Refused: no width of this model reaches what was asked for", sentence, next);
    }

    private static Summary made(Report report, Comparison comparison) {
        double gain = comparison.gain();
        boolean fits = report.asked().limits().stream().allMatch(limit -> limit.isKeptBy(comparison.after()));
        Optional<Limit> measuredOver = measuredOver(report, comparison);
        boolean lost = gain < -USUAL_LOSS;
        boolean reached = fits && comparison.stopped().isEmpty() && !(report.verdict() instanceof Verdict.OverBudget);
        String headline = reached(report, comparison, fits) + change(comparison.measure(), gain, reached);
        List<String> next = new ArrayList<>();
        if (comparison.stopped().isPresent()) {
            next.add("To come nearer to it, " + nearer(comparison.stopped().get()));
        } else {
            measuredOver.ifPresent(limit -> next.add("Measured here it takes "
                    + limit.quantity().format(limit.of(comparison.after())) + ", more than the " + limit.formatted()
                    + " that were asked for: run it again when the machine is idle, or ask for a lower latency."));
        }
        if (fits && comparison.stopped().isEmpty() && fitsAsItCame(report, comparison)) {
            next.add("To have it pruned, ask for less than it takes now.");
        }
        if (lost) {
            // Where it could not be trained, the comparison says why, and nothing helps against that.
            if (comparison.note().isEmpty()) {
                next.add(trainLonger(comparison.effort()));
            }
            next.add((comparison.note().isEmpty() ? "Or allow it more: " : "Allow it more: ") + comparison.measure()
                    + " against " + (comparison.after().hasLatency() ? "latency" : "size")
                    + " shows what each step costs.");
        }
        next.add("Run the variant in any ONNX runtime, with the same input scaling as the unpruned model.");
        next.add(
                "Or give it to devices: upload data and unpruned model with POST /api/v1/datasets and POST /api/v1/models, and"
                        + " set this budget on the device's page in the console.");
        Level level = !fits || comparison.stopped().isPresent() || measuredOver.isPresent() || lost
                ? Level.DOUBTFUL
                : Level.GOOD;
        return new Summary(level, headline, detail(comparison) + folded(report, comparison), next);
    }

    private static String nearer(Stop stop) {
        return stop instanceof Stop.OutOfTime
                ? "allow more time with --most-minutes, or take longer steps with fewer --rounds; the run then begins anew."
                : "allow more with --most-lost, take smaller steps with --rounds, or train longer with --epochs.";
    }

    /** Why a model is smaller though all of it is there. */
    private static String folded(Report report, Comparison comparison) {
        long fewer = comparison.before().predicted().parameters()
                - comparison.after().predicted().parameters();
        return fitsAsItCame(report, comparison) && fewer > 0
                ? " No channel went; " + Figures.count(fewer)
                        + " parameters did, as normalisation was folded into the layers before it."
                : "";
    }

    private static String reached(Report report, Comparison comparison, boolean fits) {
        if (comparison.stopped().isPresent()) {
            return "Stopped short of what was asked for";
        }
        if (report.verdict() instanceof Verdict.OverBudget) {
            return "Over the budget when measured";
        }
        if (report.asked().limits().isEmpty()) {
            return "Pruned";
        }
        if (fitsAsItCame(report, comparison)) {
            return "Nothing had to be pruned, the unpruned model fits";
        }
        return fits ? "Fits the budget" : "Just misses the budget";
    }

    /** @param reached whether what was asked for is met: a loss is then the other side of it, a gain otherwise */
    private static String change(String measure, double gain, boolean reached) {
        String points = points(Math.abs(gain)) + " of " + measure;
        if (points.startsWith("0.0")) {
            return ", no " + measure + " lost";
        }
        if (gain > 0) {
            return (reached ? " and gained " : ", but gained ") + points;
        }
        return gain < -USUAL_LOSS ? (reached ? ", but lost " : " and lost ") + points : ", " + points + " lost";
    }

    private static boolean fitsAsItCame(Report report, Comparison comparison) {
        return !report.asked().limits().isEmpty()
                && report.asked().limits().stream().allMatch(limit -> limit.isKeptBy(comparison.before()))
                && report.layers().stream().allMatch(each -> each.kept() == each.of());
    }

    private static String points(double fraction) {
        return String.format(Locale.ROOT, "%.1f points", 100 * fraction);
    }

    private static Optional<Limit> measuredOver(Report report, Comparison comparison) {
        return report.asked().limits().stream()
                .filter(limit ->
                        limit.measuredOf(comparison.after()).isPresent() && !limit.isKeptBy(comparison.after()))
                .findFirst();
    }

    private static String trainLonger(Comparison.Effort effort) {
        String had = "It was fine-tuned for %s on %s images"
                .formatted(
                        effort.epochs() == 1 ? "1 epoch" : effort.epochs() + " epochs",
                        Figures.count(effort.samples()));
        if (effort.samples() < effort.available() / 2) {
            return had + " of " + Figures.count(effort.available())
                    + ": train on all of them (leave out --max-train-samples), for --epochs "
                    + Math.max(1, effort.epochs()) * MORE_EPOCHS + ".";
        }
        return had + ": train longer with --epochs " + Math.max(1, effort.epochs()) * MORE_EPOCHS + ".";
    }

    private static String detail(Comparison comparison) {
        Measures before = comparison.before();
        Measures after = comparison.after();
        StringBuilder detail = new StringBuilder();
        detail.append("%s went from %s to %s"
                .formatted(
                        Figures.capital(comparison.measure()),
                        Figures.percent(before.quality().score()),
                        Figures.percent(after.quality().score())));
        if (after.hasLatency()) {
            detail.append(", the 95th percentile of latency " + latency(before, after));
        }
        detail.append(", the file from %s to %s."
                .formatted(
                        Figures.bytes(before.predicted().sizeBytes()),
                        Figures.bytes(after.predicted().sizeBytes())));
        return detail.toString();
    }

    private static String latency(Measures before, Measures after) {
        String predicted = Figures.micros(after.predicted().p95Micros());
        return before.measured().isPresent() && after.measured().isPresent()
                ? "from %s to %s (measured; predicted %s)"
                        .formatted(
                                Figures.micros(before.measured().get().p95Micros()),
                                Figures.micros(after.measured().get().p95Micros()),
                                predicted)
                : "from %s to %s (predicted)"
                        .formatted(Figures.micros(before.predicted().p95Micros()), predicted);
    }
}
