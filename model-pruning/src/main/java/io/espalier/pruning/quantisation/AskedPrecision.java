package io.espalier.pruning.quantisation;

/** What form of a network is asked for. */
public enum AskedPrecision {
    /** 8-bit integers where measurements say that they serve the budget better. */
    AUTO,
    FLOAT32,
    /**
     * 8-bit integers, unless they miss a budget that float meets, or a latency or an energy is asked for and nobody timed them
     * on the device.
     */
    INT8
}
