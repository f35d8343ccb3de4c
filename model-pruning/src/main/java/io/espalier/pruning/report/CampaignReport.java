package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Candidates;
import io.espalier.pruning.campaign.Encoding;
import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Recovery;
import io.espalier.pruning.campaign.Refusal;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.sparsity.FileSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Makes reports of what a campaign came to. */
public final class CampaignReport {
    private CampaignReport() {}

    /**
     * A variant was made.
     *
     * @param measured what the variant takes on the device that was planned for, where that was measured
     * @param verdict on that
     */
    public static Report made(Asked asked, Task task, Variant variant, Optional<Timing> measured, Verdict verdict) {
        PrunableNetwork network = PrunableNetwork.of(task.base().graph());
        return new Report(
                asked,
                verdict,
                Optional.of(comparison(task, variant, measured)),
                candidates(task, variant),
                LayerWidths.of(network, kept(variant)),
                variant.rounds(),
                search(asked, variant),
                task.data().classNames(),
                provenance(task, variant));
    }

    /**
     * Nothing fits; the report still tells what the model looks like and takes.
     *
     * @param planned what planning takes the unpruned network to cost
     */
    public static Report refused(Asked asked, BaseModel base, Cost planned, Refusal refusal) {
        return ofNothing(
                asked, base, new Verdict.Refused(refusal.floorP95Micros(), refusal.detail(), asItCame(base, planned)));
    }

    /**
     * No round is within what may be lost.
     *
     * @param planned what planning takes the unpruned network to cost
     */
    public static Report tooMuchLost(Asked asked, BaseModel base, Cost planned, Stop.TooMuchLost stop) {
        return ofNothing(asked, base, new Verdict.TooMuchLost(stop, asItCame(base, planned)));
    }

    private static Report ofNothing(Asked asked, BaseModel base, Verdict verdict) {
        return Report.ofNothing(
                asked,
                verdict,
                LayerWidths.of(PrunableNetwork.of(base.graph()), Map.of()),
                List.of(Fact.exact("model, SHA-256", base.digest().hex()), programs()));
    }

    private static Map<String, List<Integer>> kept(Variant variant) {
        return variant.groups().stream().collect(Collectors.toMap(Variant.Kept::layer, Variant.Kept::channels));
    }

    private static Comparison comparison(Task task, Variant variant, Optional<Timing> measured) {
        Cost before = asItCame(task, variant);
        return new Comparison(
                new Measures(
                        variant.before(),
                        before,
                        task.device().map(each -> new Measures.Latency(each.denseP50Micros(), each.denseP95Micros()))),
                variant.pruned(),
                new Measures(variant.after(), variant.predicted(), measured.map(CampaignReport::latency)),
                variant.randomOneShotScore(),
                new Comparison.Effort(
                        task.recipe().epochs(),
                        task.fitting().size(),
                        task.data().train().size() - task.validation().size()),
                new Comparison.Compressed(
                        FileSize.of(task.base().onnx()).gzipBytes(),
                        variant.encoding().file().gzipBytes()),
                variant.stop(),
                note(variant));
    }

    private static Cost asItCame(Task task, Variant variant) {
        return asItCame(
                task.base(),
                variant.candidates().all().stream()
                        .filter(each -> each.name().equals(Candidates.DENSE))
                        .map(Candidates.Candidate::cost)
                        .findFirst()
                        .orElseThrow());
    }

    /** What the model takes in the form it came in, with what folding leaves out of the file. */
    private static Cost asItCame(BaseModel base, Cost planned) {
        Costs costs = Costs.of(base.graph());
        return new Cost(
                planned.p50Micros(),
                planned.p95Micros(),
                planned.energyMillijoules(),
                base.onnx().length,
                planned.peakMemoryBytes(),
                costs.macs(),
                costs.parameters());
    }

    private static List<Candidate> candidates(Task task, Variant variant) {
        Cost before = asItCame(task, variant);
        return variant.candidates().all().stream()
                .map(each -> new Candidate(
                        each.name(),
                        kind(each) == Candidate.Kind.DENSE ? before : each.cost(),
                        each.cutScore(),
                        each.fittedScore(),
                        each.tunedScore(),
                        each.measured().map(CampaignReport::latency),
                        kind(each),
                        each.reason()))
                .toList();
    }

    private static Candidate.Kind kind(Candidates.Candidate candidate) {
        if (candidate.chosen()) {
            return Candidate.Kind.CHOSEN;
        }
        return candidate.name().equals(Candidates.DENSE) ? Candidate.Kind.DENSE : Candidate.Kind.OTHER;
    }

    private static List<SearchStep> search(Asked asked, Variant variant) {
        double margin = variant.candidates().latencyMargin();
        List<SearchStep> steps = new ArrayList<>();
        for (Allocation.Round each : variant.candidates().rounds()) {
            // A campaign that was stopped ends with a round that was asked for less.
            OptionalDouble latency =
                    variant.stop().isPresent() ? OptionalDouble.empty() : latency(asked, each.load() * margin);
            SearchStep step = new SearchStep(
                    each.number(),
                    each.plannedLoad() * margin,
                    each.load() * margin,
                    latency,
                    Arrays.stream(each.widths()).boxed().toList());
            if (steps.isEmpty() || !step.changesNothingSince(steps.get(steps.size() - 1))) {
                steps.add(step);
            }
        }
        return steps;
    }

    private static Measures.Latency latency(Timing timing) {
        return new Measures.Latency(timing.medianMicros(), timing.p95Micros());
    }

    /** What share of the budget is used says the latency only where nothing else is bounded. */
    private static OptionalDouble latency(Asked asked, double usedShare) {
        return asked.limits().size() == 1 && asked.limits().get(0).quantity() == Limit.Quantity.LATENCY_P95_MICROS
                ? OptionalDouble.of(usedShare * asked.limits().get(0).most())
                : OptionalDouble.empty();
    }

    private static List<Fact> provenance(Task task, Variant variant) {
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.exact("model, SHA-256", task.base().digest().hex()));
        facts.add(Fact.exact("variant, SHA-256", variant.digest().hex()));
        facts.add(Fact.exact("data, SHA-256", task.data().digest()));
        facts.add(Fact.of(
                "samples",
                "%s to train on, %s to choose by, %s to test"
                        .formatted(
                                Figures.count(task.fitting().size()),
                                Figures.count(task.validation().size()),
                                Figures.count(task.data().test().size()))));
        facts.add(Fact.of("input", contract(task.contract())));
        facts.add(Fact.of("seed", Long.toString(task.recipe().seed())));
        facts.add(Fact.of("recipe", recipe(task.recipe(), variant)));
        recovery(facts, variant.recovery());
        facts.add(Fact.of("weights", weights(variant.encoding())));
        if (task.device().isPresent()) {
            facts.add(Fact.of(
                    "latency model",
                    "off by %s on average where it can be checked; %s of the budget was planned with"
                                    .formatted(
                                            Figures.percent(variant.candidates().latencyError()),
                                            Figures.percent(variant.candidates().latencyMargin()))
                            + corrected(variant.candidates())));
        }
        facts.add(programs());
        return facts;
    }

    private static String corrected(Candidates candidates) {
        return candidates.latencyCorrection() == 1
                ? ""
                : String.format(
                        Locale.ROOT,
                        ". Everything of a first plan was measured over the budget, so there was a second one with"
                                + " predictions %.2f times as long",
                        candidates.latencyCorrection());
    }

    private static String recipe(Recipe recipe, Variant variant) {
        return "channels ranked by " + variant.importance()
                + (recipe.importance() == Recipe.Criterion.PERCENTILE ? percentile(recipe) : "")
                + recipe.threshold().stream()
                        .mapToObj(value -> ", those under " + value + " cut")
                        .collect(Collectors.joining())
                + recipe.mostLost().stream()
                        .mapToObj(share -> ", stopped where more than " + Figures.percent(share) + " is lost")
                        .collect(Collectors.joining())
                + ", " + recipe.epochs() + (recipe.epochs() == 1 ? " epoch" : " epochs")
                + (recipe.rounds() == 1 ? "" : " in " + recipe.rounds() + " rounds") + ", batches of "
                + recipe.batchSize();
    }

    private static String percentile(Recipe recipe) {
        return ", the share of weights above "
                + switch (recipe.percentileScope()) {
                    case LAYER -> recipe.percentile() + " % of their layer's";
                    case NETWORK -> recipe.percentile() + " % of the network's";
                };
    }

    private static String weights(Encoding encoding) {
        String numbers = encoding.integers()
                .map(integers -> "8-bit integers up to %d, %s"
                        .formatted(integers.largestWeight(), encoding.choice().reason()))
                .orElse("float32, " + encoding.choice().reason());
        return encoding.sparsity() > 0
                ? numbers + "; " + Figures.percent(encoding.sparsity()) + " of them are zero"
                : numbers;
    }

    private static void recovery(List<Fact> facts, Recovery recovery) {
        if (recovery instanceof Recovery.FineTuned tuned) {
            facts.add(Fact.of("learning rate", String.format(Locale.ROOT, "%.2g", tuned.learningRate())));
            facts.add(Fact.of(
                    "teacher",
                    tuned.teacherShare() > 0
                            ? "the unpruned model, " + Figures.percent(tuned.teacherShare()) + " of what is learned"
                            : "none"));
            facts.add(Fact.of(
                    "export check",
                    "ONNX Runtime and the trainer differ by at most "
                            + String.format(Locale.ROOT, "%.1e", tuned.exportDifference())));
        } else if (recovery instanceof Recovery.Fitted fitted) {
            facts.add(Fact.of("recovery", fitted.note()));
        }
    }

    private static Optional<String> note(Variant variant) {
        return variant.recovery() instanceof Recovery.Fitted fitted ? Optional.of(fitted.note()) : Optional.empty();
    }

    private static Fact programs() {
        return Fact.of("programs", "Espalier " + Versions.espalier() + ", Java " + Versions.java());
    }

    private static String contract(InputContract contract) {
        if (contract.equals(InputContract.RAW)) {
            return "raw values";
        }
        String scaled = "raw × " + (float) contract.scale();
        return scaled
                + (contract.mean().isEmpty() ? "" : ", minus " + contract.mean())
                + (contract.std().isEmpty() ? "" : ", divided by " + contract.std());
    }
}
