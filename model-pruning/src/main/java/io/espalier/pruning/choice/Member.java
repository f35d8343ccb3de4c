package io.espalier.pruning.choice;

import io.espalier.proto.Sha256;
import io.espalier.pruning.runtime.OperatorGraph;

/**
 * A finished network that devices can choose.
 *
 * @param score on the samples to choose by, which nothing was trained on: accuracy, or agreement where there are no labels
 * @param samples how many samples the score is of
 * @param network what its time and memory are worked out from
 * @param sizeBytes of its file
 */
public record Member(
        Sha256 digest, double score, long samples, OperatorGraph network, long sizeBytes, long macs, long parameters) {
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
