package io.espalier.controller.device;

import java.time.Instant;

/** Claim tokens at rest. Redeeming is one step: of two agents with one token, one gets in. */
public interface Enrolments {
    void issue(ClaimToken token);

    /** Applies {@link EnrolmentRule} and keeps what it decides. */
    EnrolmentOutcome redeem(EnrolmentRequest request, Instant now);
}
