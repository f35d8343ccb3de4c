package io.espalier.controller.planning;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.pruning.JobId;
import io.espalier.proto.DeviceId;
import java.time.Instant;

/**
 * One run of the planner for one goal of one device, and the job that answers it.
 *
 * @param at when it was decided
 */
public record PlanRecord(
        String id,
        DeviceId device,
        String modelId,
        Goal goal,
        int attempt,
        Correction correction,
        JobId job,
        Instant at) {}
