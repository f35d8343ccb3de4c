package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Refusal;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.report.Asked;
import io.espalier.pruning.report.CampaignReport;
import io.espalier.pruning.report.Report;
import java.util.Optional;

/** What pruning came to. */
sealed interface Pruned {
    /** The same as an answer to a job. */
    Outcome outcome();

    /**
     * The same for a person.
     *
     * @param measured what the variant takes on the device, where it was measured
     */
    Report report(Asked asked, Optional<Timing> measured);

    /** A variant, its files written. */
    record Made(Task task, Variant variant) implements Pruned {
        @Override
        public Outcome outcome() {
            return new Outcome(PruningMain.DONE, VariantResult.json(task, variant));
        }

        @Override
        public Report report(Asked asked, Optional<Timing> measured) {
            return CampaignReport.made(asked, task, variant, measured);
        }
    }

    /** The target is out of reach. */
    record Refused(BaseModel base, Refusal refusal) implements Pruned {
        @Override
        public Outcome outcome() {
            return new Outcome(
                    PruningMain.REFUSED,
                    new ObjectMapper()
                            .createObjectNode()
                            .put("outcome", "refused")
                            .put("floorP95Micros", refusal.floorP95Micros())
                            .put("detail", refusal.detail()));
        }

        @Override
        public Report report(Asked asked, Optional<Timing> measured) {
            return CampaignReport.refused(asked, base, refusal);
        }
    }
}
