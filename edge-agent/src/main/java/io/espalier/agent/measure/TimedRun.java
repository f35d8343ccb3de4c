package io.espalier.agent.measure;

import io.espalier.agent.inference.ModelUnusableException;

/** One timed inference; answers its duration in nanoseconds. */
@FunctionalInterface
public interface TimedRun {
    long nanos() throws ModelUnusableException;
}
