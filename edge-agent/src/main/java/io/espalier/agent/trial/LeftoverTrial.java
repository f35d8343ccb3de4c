package io.espalier.agent.trial;

import io.espalier.agent.slot.Slots;
import io.espalier.proto.v1.TrialReport;
import java.io.IOException;
import java.util.Optional;

/** The trial that an earlier run died in. */
public final class LeftoverTrial {
    private LeftoverTrial() {}

    /**
     * Refuses the deployment for good where that has happened too often; otherwise it is tried again, as nothing that was not accepted
     * serves meanwhile. To be called when it is known what serves: that model stays, whatever its trial did.
     *
     * @return the refusal, on disk already; empty where there is none to tell
     * @throws IOException and the trial stays on record
     */
    public static Optional<TrialReport> judge(TrialAttempts attempts, Slots slots) throws IOException {
        Optional<TrialAttempt> leftover = attempts.leftover().filter(TrialAttempt::wasTheLast);
        if (leftover.isEmpty()) {
            return Optional.empty();
        }
        slots.discard(leftover.get().artifactDigest());
        TrialReport refusal = leftover.get().refusal();
        slots.refuse(refusal);
        attempts.end();
        return Optional.of(refusal);
    }
}
