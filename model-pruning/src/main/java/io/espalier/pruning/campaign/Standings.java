package io.espalier.pruning.campaign;

import io.espalier.pruning.latency.LatencyModel;
import io.espalier.terminal.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Says of every contender why it was chosen or not. */
final class Standings {
    private Standings() {}

    /**
     * @param unpruned planner of the network as it came
     * @param floats what was trained in float
     * @param verdict on it, and on what was made of it in integers
     */
    static Candidates of(
            Planner unpruned, PruningRound.Result floats, double denseScore, IntegerForms.Verdict verdict) {
        List<Contender> contenders = floats.contenders();
        Contender winner = contenders.get(0);
        List<Candidates.Candidate> all = new ArrayList<>(integers(verdict, true));
        for (int i = 0; i < contenders.size(); i++) {
            Contender each = contenders.get(i);
            all.add(new Candidates.Candidate(
                    each.name(),
                    each.allocation().cost(),
                    each.scores().cut(),
                    each.scores().fitted(),
                    i == 0 ? OptionalDouble.of(floats.score()) : each.scores().trained(),
                    each.measured(),
                    i == 0 && verdict.form().isEmpty(),
                    i == 0 && verdict.form().isPresent()
                            ? "in float32; of integers: " + verdict.choice().reason()
                            : reason(contenders, i)));
        }
        all.addAll(integers(verdict, false));
        all.add(new Candidates.Candidate(
                Candidates.DENSE,
                unpruned.dense(),
                denseScore,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                false,
                unpruned.whyNotDense()));
        return new Candidates(
                all,
                verdict.form()
                        .map(form -> form.made().result().winner())
                        .orElse(winner)
                        .allocation()
                        .rounds(),
                unpruned.latency().map(LatencyModel::leaveOneOutError).orElse(0.0),
                unpruned.latencyMargin(),
                winner.form().planner().latencyCorrection());
    }

    /** @param chosen whether to give the one that ships, or the others */
    private static List<Candidates.Candidate> integers(IntegerForms.Verdict verdict, boolean chosen) {
        return verdict.considered().stream()
                .filter(form -> chosen == verdict.form().filter(form::equals).isPresent())
                .map(form -> new Candidates.Candidate(
                        form.name(),
                        form.cost(),
                        form.made().result().winner().scores().cut(),
                        form.made().result().winner().scores().fitted(),
                        OptionalDouble.of(form.score()),
                        Optional.empty(),
                        chosen,
                        chosen || verdict.form().isEmpty()
                                ? verdict.choice().reason()
                                : "another form in integers is better within the budget"))
                .toList();
    }

    private static String reason(List<Contender> contenders, int at) {
        Contender each = contenders.get(at);
        String others = each.byMagnitude().isEmpty()
                ? ""
                : "; " + each.criterion() + " says nothing about " + String.join(", ", each.byMagnitude())
                        + ", ranked by l1";
        return (at == 0 ? ofChosen(contenders) : ofOther(contenders.get(0), each)) + others;
    }

    private static String ofChosen(List<Contender> contenders) {
        if (contenders.get(0).isTooSlow()) {
            return "the quickest of the last plan, but measured over the budget like all of it";
        }
        return contenders.stream()
                .filter(each -> each.scores().trained().isPresent())
                .findFirst()
                .map(first -> "next best start for fine-tuning, after " + first.name())
                .orElse("best start for fine-tuning");
    }

    private static String ofOther(Contender winner, Contender each) {
        if (each.isTooSlow()) {
            return "too slow, measured: p95 %s of %s"
                    .formatted(
                            Units.micros(each.measured().orElseThrow().p95Micros()),
                            Units.micros(
                                    each.form().planner().latencyBudgetMicros().orElseThrow()));
        }
        if (each.scores().trained().isPresent()) {
            return "trained first, and lost more than may be lost";
        }
        boolean bothFitted = each.isFinalist();
        double difference = bothFitted
                ? winner.score() - each.score()
                : winner.scores().cut() - each.scores().cut();
        if (difference <= 0) {
            return bothFitted
                    ? "no telling difference once fitted, and the chosen one keeps more"
                    : "not fitted: another of its form was the better start";
        }
        return String.format(
                Locale.ROOT,
                "%.1f points behind the chosen one %s",
                100 * difference,
                bothFitted ? "once fitted" : "as it was cut");
    }
}
