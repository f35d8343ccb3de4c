package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How a job ended: the exit code and what {@code result.json} says. */
record Outcome(int exitCode, ObjectNode result) {
    /** Whether there is something to keep. */
    boolean madeSomething() {
        return exitCode == PruningMain.DONE || exitCode == PruningMain.OVER_BUDGET;
    }
}
