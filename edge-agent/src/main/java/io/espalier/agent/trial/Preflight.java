package io.espalier.agent.trial;

import io.espalier.agent.slot.StoredModel;

/** Finds out, before a model is loaded beside the one that serves, whether it would take the process down. */
@FunctionalInterface
public interface Preflight {
    /** Takes as long as the model takes to load and to answer, and some minutes at most. */
    Outcome of(StoredModel staged) throws InterruptedException;

    /** What came of it. */
    sealed interface Outcome permits Outlived, Deadly, Unknown {}

    /** A process loaded the model, ran it, and was still there. */
    record Outlived() implements Outcome {}

    /** A process did not outlive the model; {@code how} goes on behind "a process that tried it". */
    record Deadly(String how) implements Outcome {}

    /** It could not be found out; {@code why} goes on behind "a process to try it". */
    record Unknown(String why) implements Outcome {}
}
