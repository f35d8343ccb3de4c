package io.espalier.pruning.evaluation;

import java.nio.FloatBuffer;

/** Keeps of a tensor's values what it needs, batch after batch. */
public interface ActivationTally {
    /** Takes the values of some samples, one sample after another, each in the order of the tensor. */
    void add(FloatBuffer batch);
}
