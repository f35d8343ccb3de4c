package io.espalier.pruning.campaign;

import io.espalier.pruning.quantisation.PrecisionChoice;
import io.espalier.pruning.sparsity.FileSize;
import java.util.Optional;

/**
 * How a variant's file holds its weights.
 *
 * @param choice float or integers, and why
 * @param integers how they came to be, where they were chosen
 * @param sparsity share of the layers' weights that is zero and was held there, 0 to 1; 0 where none was asked for
 * @param file its size, as it is and compressed
 */
public record Encoding(PrecisionChoice choice, Optional<Integers> integers, double sparsity, FileSize file) {

    /**
     * A network in 8-bit integers.
     *
     * @param largestWeight 127, or 63 where more might saturate
     * @param clipping of the activations' ranges
     * @param floatScore on the samples to choose by, of the same network in float
     * @param score of the integers on the same samples
     * @param speed integer over float latency; empty where nobody timed it
     */
    public record Integers(
            int largestWeight, String clipping, double floatScore, double score, Optional<Speed> speed) {}

    /**
     * Integer over float latency of one network.
     *
     * @param timedHere on this machine, which is of the device's kind; otherwise from the device's own timings of others
     */
    public record Speed(double ratio, boolean timedHere) {}
}
