package io.espalier.pruning.choice;

import io.espalier.proto.Sha256;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.Optional;

/**
 * A finished network that devices can choose.
 *
 * @param score on the samples to choose by, which nothing was trained on: accuracy, or agreement where there are no labels
 * @param samples how many samples the score is of
 * @param network what its time and memory are worked out from; of one in integers the network in float that costs as much but for
 *     what integers gain
 * @param integers where it computes in 8-bit integers
 * @param sizeBytes of its file
 */
public record Member(
        Sha256 digest,
        double score,
        long samples,
        OperatorGraph network,
        Optional<Integers> integers,
        long sizeBytes,
        long macs,
        long parameters) {

    /**
     * A network's weights in 8-bit integers.
     *
     * @param largest 127, or 63 where more might saturate
     * @param savedBytes how much less they take than in float
     */
    public record Integers(int largest, long savedBytes) {}

    /** A network in float. */
    public Member(
            Sha256 digest,
            double score,
            long samples,
            OperatorGraph network,
            long sizeBytes,
            long macs,
            long parameters) {
        this(digest, score, samples, network, Optional.empty(), sizeBytes, macs, parameters);
    }

    public Member {
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("Member " + digest + " has no score");
        }
        if (samples < 1 || sizeBytes < 1 || macs < 0 || parameters < 0) {
            throw new IllegalArgumentException("Member " + digest + " has " + samples + " samples, " + sizeBytes
                    + " bytes, " + macs + " MACs and " + parameters
                    + " parameters: samples and bytes must be positive, the others not negative");
        }
    }
}
