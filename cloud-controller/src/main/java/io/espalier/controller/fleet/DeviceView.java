package io.espalier.controller.fleet;

import io.espalier.controller.budget.Budget;
import io.espalier.controller.budget.EffectiveBudget;
import io.espalier.controller.budget.Refusal;
import io.espalier.controller.device.DeviceCertificate;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device as the API shows it. */
public record DeviceView(
        String id,
        String group,
        Map<String, String> labels,
        DeviceState state,
        @Nullable String stateDetail,
        boolean online,
        int simulatedSlowdown,
        @Nullable String modelId,
        @Nullable String modelName,
        @Nullable BudgetView budget,
        @Nullable RefusalView refusal,
        Facts.@Nullable Active active,
        Facts.@Nullable Dense dense,
        Facts.@Nullable Measured measured,
        boolean pinned,
        Facts.@Nullable Progress job,
        @Nullable Instant lastSeenAt,
        Instant enrolledAt,
        @Nullable String agentVersion,
        Facts.@Nullable Agent agent,
        @Nullable CertificateView certificate) {
    /** What the device shows to brokers; null for one that enrolled before there were certificates. */
    public record CertificateView(DeviceCertificate.State state, Instant expiresAt) {
        static CertificateView of(DeviceCertificate certificate, Instant now) {
            return new CertificateView(certificate.state(now), certificate.expiresAt());
        }
    }

    /** The budget that counts, and whose it is. */
    public record BudgetView(
            @Nullable Double latencyP95Micros,
            @Nullable Long memoryBytes,
            @Nullable Long sizeBytes,
            @Nullable Double energyMillijoules,
            @Nullable Double minAccuracy,
            EffectiveBudget.Source source) {
        static BudgetView of(EffectiveBudget effective) {
            Budget budget = effective.budget();
            return new BudgetView(
                    budget.latencyP95Micros(),
                    budget.memoryBytes(),
                    budget.sizeBytes(),
                    budget.energyMillijoules(),
                    budget.minAccuracy(),
                    effective.source());
        }
    }

    /** The budget it could not meet. */
    public record RefusalView(double requestedP95Micros, double floorP95Micros, String detail, Instant at) {
        static RefusalView of(Refusal refusal) {
            return new RefusalView(
                    refusal.requestedP95Micros(), refusal.floorP95Micros(), refusal.detail(), refusal.at());
        }
    }
}
