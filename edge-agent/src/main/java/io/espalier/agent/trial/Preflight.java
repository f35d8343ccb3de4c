package io.espalier.agent.trial;

import io.espalier.agent.slot.StoredModel;
import java.util.Optional;

/** Finds out, before a model is loaded beside the one that serves, whether it would take the process down. */
@FunctionalInterface
public interface Preflight {
    /** What a process died of that loaded the model; empty where it lived, or where that cannot be found out. */
    Optional<String> complaint(StoredModel staged) throws InterruptedException;
}
