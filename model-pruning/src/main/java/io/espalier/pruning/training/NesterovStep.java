package io.espalier.pruning.training;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Nesterov's accelerated gradient on the flat parameters.
 *
 * <p>Written out rather than left to a DL4J updater, because the rate can then change at any step and a restart only
 * needs the velocity set to zero. With velocity v, gradient g and rate r: {@code v = m v - r g},
 * {@code w = w + m v - r g}. Source: Sutskever et al. 2013, "On the importance of initialization and momentum in deep
 * learning", section 2, in the form evaluated at the looked-ahead point.
 */
final class NesterovStep {
    private static final double MOMENTUM = 0.9;

    private final INDArray velocity;

    NesterovStep(INDArray parameters) {
        this.velocity = parameters.ulike();
        reset();
    }

    void reset() {
        velocity.assign(0);
    }

    /** Moves the parameters; {@code gradient} is the sum over the batch and is overwritten. */
    void apply(INDArray parameters, INDArray gradient, int batch, double rate) {
        gradient.muli(-rate / batch);
        velocity.muli(MOMENTUM).addi(gradient);
        parameters.addi(gradient);
        gradient.assign(velocity).muli(MOMENTUM);
        parameters.addi(gradient);
    }
}
