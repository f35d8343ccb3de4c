package io.espalier.controller.problem;

import java.util.Optional;

/** Recognises failures of one kind that may come out of any request, so that they are not taken for bugs. */
public interface FailureExplanation {
    /** What to tell the caller; empty where the failure is of another kind. */
    Optional<Problem> explain(Throwable failure);
}
