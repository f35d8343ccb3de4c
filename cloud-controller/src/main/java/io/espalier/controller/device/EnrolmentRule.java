package io.espalier.controller.device;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides an enrolment from the token, the device of that name and the key's standing, as they are stored. */
public final class EnrolmentRule {
    private EnrolmentRule() {}

    public static EnrolmentOutcome decide(
            @Nullable ClaimToken token,
            @Nullable Device existing,
            KeyStanding key,
            EnrolmentRequest request,
            Instant now) {
        if (token == null || (token.device() != null && !token.device().equals(request.device()))) {
            return new EnrolmentOutcome.UnknownToken();
        }
        ClaimToken.Use use = token.use();
        if (use != null) {
            boolean sameAgent = use.nonceHash() != null
                    && use.nonceHash().equals(request.nonceHash())
                    && request.key().equals(use.key());
            // A machine that was replaced meanwhile has another key than the device has now.
            return sameAgent && existing != null && !existing.isRetired() && key.enrolled()
                    ? new EnrolmentOutcome.Enrolled(existing, true)
                    : new EnrolmentOutcome.UsedToken();
        }
        if (token.used() >= token.quota()) {
            return token.quota() == 1
                    ? new EnrolmentOutcome.UsedToken()
                    : new EnrolmentOutcome.UsedQuota(token.quota());
        }
        if (!now.isBefore(token.expiresAt())) {
            return new EnrolmentOutcome.ExpiredToken();
        }
        if (key.elsewhere()) {
            return new EnrolmentOutcome.ClonedKey();
        }
        if (key.revoked()) {
            return new EnrolmentOutcome.RevokedKey();
        }
        if (existing != null && !token.replaces()) {
            return new EnrolmentOutcome.DuplicateDevice(existing.isRetired());
        }
        return new EnrolmentOutcome.Enrolled(enrolled(token, existing, request, now), false);
    }

    private static Device enrolled(ClaimToken token, @Nullable Device existing, EnrolmentRequest request, Instant now) {
        GroupName group = token.group();
        if (group == null) {
            group = existing == null ? GroupName.DEFAULT : existing.group();
        }
        Labels labels = token.labels();
        if (existing != null && labels.values().isEmpty()) {
            labels = existing.labels();
        }
        return new Device(request.device(), group, labels, request.agentVersion(), now, null);
    }
}
