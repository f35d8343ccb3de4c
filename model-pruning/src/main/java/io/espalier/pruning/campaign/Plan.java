package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.latency.DeviceTimings;
import java.util.Optional;

/** What is known of a target before any data is read: whether it can be reached at all. */
public final class Plan {
    private final Planner planner;

    private Plan(Planner planner) {
        this.planner = planner;
    }

    public static Plan of(BaseModel base, Target target, Optional<DeviceTimings> device) {
        return new Plan(new Planner(PrunableNetwork.of(base.graph()), target, device));
    }

    /** Why the target is out of reach; empty where it is not. */
    public Optional<Refusal> refusal() {
        return planner.refusal();
    }

    Planner planner() {
        return planner;
    }
}
