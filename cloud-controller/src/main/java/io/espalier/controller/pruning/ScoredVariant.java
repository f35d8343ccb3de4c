package io.espalier.controller.pruning;

import io.espalier.proto.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A pruned variant as others of its model are compared with it.
 *
 * @param score on the samples to choose by
 * @param scoreBefore of the unpruned model on the same samples
 * @param samples how many those are
 * @param largestWeight of a variant in 8-bit integers; null where it computes in float
 * @param accuracy on the test split; null where there are no labels
 */
public record ScoredVariant(
        Sha256 digest,
        Sha256 artifact,
        double score,
        double scoreBefore,
        long samples,
        long sizeBytes,
        long macs,
        long parameters,
        @Nullable Integer largestWeight,
        @Nullable Double accuracy) {}
