package io.espalier.pruning.importance;

import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.ChannelMember;
import io.espalier.pruning.graph.ChannelRole;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The gradients of the loss on some batches, by each trained constant; frozen constants have none.
 *
 * <p>Magnitudes are taken of each batch and averaged after that: a trained network's gradients cancel out over all samples,
 * and what is left of them says nothing.
 */
final class Gradients {
    private final List<Map<String, Tensor>> batches;

    Gradients(List<Map<String, Tensor>> batches) {
        this.batches = batches.stream().map(Map::copyOf).toList();
    }

    /** The gradient by a member's constant on one batch. */
    interface Batch {
        /** Empty where the constant is frozen; errors where its shape is another. */
        Optional<Tensor> of(DependencyGroups groups, ChannelMember member);
    }

    /** What is said of each batch, averaged; empty where nothing is said of one of them. */
    Optional<double[]> mean(Function<Batch, Optional<double[]>> said) {
        List<double[]> all = batches.stream()
                .map(batch -> said.apply((groups, member) -> of(batch, groups, member)))
                .flatMap(Optional::stream)
                .toList();
        if (all.size() < batches.size() || all.isEmpty()) {
            return Optional.empty();
        }
        double[] mean = new double[all.get(0).length];
        for (double[] one : all) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += one[i] / all.size();
            }
        }
        return Optional.of(mean);
    }

    private static Optional<Tensor> of(Map<String, Tensor> batch, DependencyGroups groups, ChannelMember member) {
        Tensor gradient = batch.get(member.tensor());
        if (gradient == null) {
            return Optional.empty();
        }
        Tensor constant = groups.graph().constant(member.tensor());
        if (!gradient.shape().equals(constant.shape())) {
            throw new IllegalArgumentException("The gradient of '" + member.tensor() + "' has the shape "
                    + gradient.shape() + " but the constant has " + constant.shape() + ".");
        }
        return Optional.of(gradient);
    }

    /** Refuses groups of which no weights have a gradient: nothing could be said of them. */
    void requireForEach(DependencyGroups groups) {
        for (ChannelGroup group : groups.prunable()) {
            boolean any = group.members().stream()
                    .filter(member -> member.role() == ChannelRole.OUTPUT || member.role() == ChannelRole.INPUT)
                    .anyMatch(member -> isThere(member.tensor()));
            if (!any) {
                throw new IllegalArgumentException("Group '" + group.id()
                        + "' has no weights with a gradient; gradients are there for "
                        + batches.stream()
                                .flatMap(batch -> batch.keySet().stream())
                                .distinct()
                                .sorted()
                                .toList() + ".");
            }
        }
    }

    private boolean isThere(String constant) {
        return !batches.isEmpty() && batches.stream().allMatch(batch -> batch.containsKey(constant));
    }
}
