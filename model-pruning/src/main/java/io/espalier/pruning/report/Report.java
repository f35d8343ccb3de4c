package io.espalier.pruning.report;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All that is told of one run. Texts are as they came, not escaped for anything.
 *
 * @param comparison the model before and after; absent where no variant was made
 * @param candidates of the last round
 * @param layers in the order of the network; empty where the model could not be read
 * @param rounds of cutting and training that led to the variant, the last one last; empty where none was made
 * @param search for widths, in the last round
 * @param classNames one for each output of the model, as far as known
 */
public record Report(
        Asked asked,
        Verdict verdict,
        Optional<Comparison> comparison,
        List<Candidate> candidates,
        List<LayerWidth> layers,
        List<Variant.Round> rounds,
        List<SearchStep> search,
        List<String> classNames,
        List<Fact> provenance) {
    public Report {
        candidates = List.copyOf(candidates);
        layers = List.copyOf(layers);
        rounds = List.copyOf(rounds);
        search = List.copyOf(search);
        classNames = List.copyOf(classNames);
        provenance = List.copyOf(provenance);
    }

    /** A report of a run that ended before there was anything to compare. */
    public static Report ofNothing(Asked asked, Verdict verdict, List<LayerWidth> layers, List<Fact> provenance) {
        return new Report(
                asked, verdict, Optional.empty(), List.of(), layers, List.of(), List.of(), List.of(), provenance);
    }

    /** Whether more rounds than one were trained, if only to go back to the first. */
    public boolean hasRounds() {
        return rounds.size() > 1 || isStopped();
    }

    /** Whether the campaign ended before its last round, so that the last one here was asked for less. */
    public boolean isStopped() {
        return comparison.flatMap(Comparison::stopped).isPresent();
    }

    /** The candidates, and what the rounds before the last one made, which can be had as well. */
    List<Candidate> choices() {
        List<Candidate> choices = new ArrayList<>(candidates);
        for (Variant.Round each : rounds.subList(0, Math.max(0, rounds.size() - 1))) {
            choices.add(new Candidate(
                    "round " + each.number(),
                    each.cost(),
                    each.cutScore(),
                    OptionalDouble.empty(),
                    OptionalDouble.of(each.trainedScore()),
                    Optional.empty(),
                    Candidate.Kind.OTHER,
                    "variant of an earlier round"));
        }
        return choices;
    }

    /** What quality is measured by, in a word. */
    public String measure() {
        return comparison.map(Comparison::measure).orElse("accuracy");
    }

    /** What the unpruned model takes, as far as known; latencies are 0 where no device is in play. */
    Optional<Cost> unpruned() {
        if (verdict instanceof Verdict.Refused refused) {
            return Optional.of(refused.unpruned());
        }
        return verdict instanceof Verdict.TooMuchLost lost
                ? Optional.of(lost.unpruned())
                : comparison.map(each -> each.before().predicted());
    }

    /** The name of a class; its number where the data does not name it. */
    public String className(int index) {
        return index < classNames.size() ? classNames.get(index) : Integer.toString(index);
    }

    public Optional<Candidate> candidate(Candidate.Kind kind) {
        return candidates.stream().filter(each -> each.kind() == kind).findFirst();
    }
}
