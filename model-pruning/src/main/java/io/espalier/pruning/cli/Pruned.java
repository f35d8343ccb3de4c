package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Refusal;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.report.Asked;
import io.espalier.pruning.report.CampaignReport;
import io.espalier.pruning.report.Report;
import io.espalier.pruning.report.Verdict;
import java.util.List;
import java.util.Optional;

/** What pruning came to. */
sealed interface Pruned {
    /** The same as an answer to a job. */
    Outcome outcome();

    /** The same for a person. */
    Report report(Asked asked);

    /**
     * A variant, its files written.
     *
     * @param earlier what is told of the variants of earlier rounds, their files written too
     * @param measured what the variant takes on the device, where it was measured
     */
    record Made(Task task, Variant variant, List<JsonNode> earlier, Optional<Timing> measured) implements Pruned {
        public Made {
            earlier = List.copyOf(earlier);
        }

        Made(Task task, Variant variant, List<JsonNode> earlier) {
            this(task, variant, earlier, Optional.empty());
        }

        /** The same, once it was tried on the device. */
        Made tried(Timing trial) {
            return new Made(task, variant, earlier, Optional.of(trial));
        }

        /** One that was stopped is over the budget as a matter of course, and says so anyway. */
        private boolean isOverBudget() {
            return variant.stop().isEmpty() && measured.filter(this::isTooSlow).isPresent();
        }

        private boolean isTooSlow(Timing timing) {
            return timing.p95Micros() > task.target().latencyP95Micros().orElse(Double.POSITIVE_INFINITY);
        }

        @Override
        public Outcome outcome() {
            ObjectNode result = result();
            measured.ifPresent(timing -> result.withObject("/variant")
                    .put("measuredP50Micros", timing.medianMicros())
                    .put("measuredP95Micros", timing.p95Micros()));
            return isOverBudget()
                    ? new Outcome(PruningMain.OVER_BUDGET, result.put("outcome", "overBudget"))
                    : new Outcome(PruningMain.DONE, result);
        }

        private ObjectNode result() {
            ObjectNode result = VariantResult.json(task, variant);
            if (!earlier.isEmpty()) {
                result.putArray("alsoMade").addAll(earlier);
            }
            return result;
        }

        @Override
        public Report report(Asked asked) {
            return CampaignReport.made(
                    asked, task, variant, measured, isOverBudget() ? new Verdict.OverBudget() : new Verdict.Made());
        }
    }

    /**
     * The target is out of reach.
     *
     * @param unpruned what planning takes the network to cost with every channel kept
     */
    record Refused(BaseModel base, Cost unpruned, Refusal refusal) implements Pruned {
        @Override
        public Outcome outcome() {
            return refused(refusal);
        }

        @Override
        public Report report(Asked asked) {
            return CampaignReport.refused(asked, base, unpruned, refusal);
        }
    }

    /**
     * The first round lost more than may be lost.
     *
     * @param unpruned what planning takes the network to cost with every channel kept
     */
    record TooMuchLost(BaseModel base, Cost unpruned, Stop.TooMuchLost stop) implements Pruned {
        @Override
        public Outcome outcome() {
            return refused(new Refusal(
                    0,
                    "The network " + stop.detail()
                            + ". Allow more of what was asked for, let more be lost (mostLost of a recipe, --most-lost of ./espalier prune), or"
                            + " cut less at a time, in more rounds (rounds, --rounds)"));
        }

        @Override
        public Report report(Asked asked) {
            return CampaignReport.tooMuchLost(asked, base, unpruned, stop);
        }
    }

    private static Outcome refused(Refusal refusal) {
        return new Outcome(
                PruningMain.REFUSED,
                new ObjectMapper()
                        .createObjectNode()
                        .put("outcome", "refused")
                        .put("floorP95Micros", refusal.floorP95Micros())
                        .put("detail", refusal.detail()));
    }
}
