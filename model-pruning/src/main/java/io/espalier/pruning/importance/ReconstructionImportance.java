package io.espalier.pruning.importance;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ActivationStatistics;
import io.espalier.pruning.evaluation.ActivationTally;
import io.espalier.pruning.evaluation.CovarianceTally;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the other channels cannot make up for. Layers behind a cut are fitted anew, so a channel that is a mixture of others
 * is worth little however large it is.
 *
 * <p>The channels of a group are taken one by one, each time the one that explains most of what is not explained yet. With
 * the covariance R of what is left (at first that of the channels as the next layers read them) and the squared weights
 * {@code v[c]} these layers put on channel c, taking channel j explains {@code sum_c v[c] R[c,j]^2 / R[j,j]}; then R loses
 * {@code R[:,j] R[j,:] / R[j,j]}. The score of a channel is the share it explained when it was taken, at most that of the
 * one before, so that sums of scores are shares of the whole group's signal. A group that several tensors carry explains
 * all of them together. Groups that no layer reads directly, and those of more than 1024 channels, are scored by {@link
 * L1Importance}.
 *
 * <p>Source: Farahat, Ghodsi and Kamel 2011, "An Efficient Greedy Method for Unsupervised Feature Selection", section 4,
 * weighted as in Luo, Wu and Lin 2017, "ThiNet", section 3.2. Cost: c^3 multiplications for a group of c channels.
 */
public final class ReconstructionImportance implements Importance {
    private static final int MOST_CHANNELS = 1024;
    /** Variances this small beside the largest are rounding. */
    private static final double LEAST_VARIANCE = 1e-9;

    private final Map<String, List<Signal>> signals;

    private ReconstructionImportance(Map<String, List<Signal>> signals) {
        this.signals = signals;
    }

    /** Covariance and weights of a group's channels at one place. */
    @SuppressWarnings("ArrayRecordComponent")
    record Signal(double[][] covariance, double[] energy) {}

    /** Watches a network while it reads samples; errors as {@link ActivationStatistics#watch}. */
    public static ReconstructionImportance of(Graph graph, Samples samples, InputContract contract, int threads) {
        DependencyGroups groups = DependencyGroups.of(graph);
        Map<String, List<CovarianceTally>> watched = new LinkedHashMap<>();
        Map<String, List<Pending>> pending = new LinkedHashMap<>();
        for (ChannelGroup group : groups.prunable()) {
            if (group.size() > MOST_CHANNELS) {
                continue;
            }
            ChannelReaders.of(groups, group).forEach((tensor, readers) -> {
                CovarianceTally tally = new CovarianceTally(groups.shapes().of(tensor), readers.positions());
                watched.computeIfAbsent(tensor, name -> new ArrayList<>()).add(tally);
                pending.computeIfAbsent(group.id(), id -> new ArrayList<>()).add(new Pending(tally, readers.energy()));
            });
        }
        Map<String, ActivationTally> tallies = new LinkedHashMap<>();
        watched.forEach((tensor, all) ->
                tallies.put(tensor, batch -> all.forEach(tally -> tally.add(batch.duplicate()))));
        ActivationStatistics.watch(groups.graph(), tallies, samples, contract, threads);
        Map<String, List<Signal>> signals = new HashMap<>();
        pending.forEach((id, all) -> signals.put(
                id,
                all.stream()
                        .map(each -> new Signal(each.tally().covariance(), each.energy()))
                        .toList()));
        return new ReconstructionImportance(signals);
    }

    private record Pending(CovarianceTally tally, double[] energy) {}

    @Override
    public String name() {
        return "reconstruction";
    }

    @Override
    public Map<String, double[]> scores(DependencyGroups groups) {
        return PartialScores.of(
                groups,
                silentOn(groups),
                group -> explained(Objects.requireNonNull(signals.get(group.id())), group.size()));
    }

    @Override
    public Set<String> silentOn(DependencyGroups groups) {
        return groups.prunable().stream()
                .map(ChannelGroup::id)
                .filter(id -> !signals.containsKey(id))
                .collect(Collectors.toSet());
    }

    /**
     * Shares explained by channels that one tensor carries.
     *
     * <p>Shape: {@code [c, c], [c] -> [c]}; the shares add up to 1, unless nothing varies.
     *
     * @param energy how much each channel counts: the squared weights of those who read it
     */
    public static double[] explained(double[][] covariance, double[] energy) {
        return explained(List.of(new Signal(covariance, energy)), energy.length);
    }

    static double[] explained(List<Signal> given, int size) {
        List<double[][]> left = new ArrayList<>();
        double whole = 0;
        for (Signal signal : given) {
            double[][] copy = new double[size][];
            for (int c = 0; c < size; c++) {
                copy[c] = signal.covariance()[c].clone();
                whole += signal.energy()[c] * copy[c][c];
            }
            left.add(copy);
        }
        double[] scores = new double[size];
        double before = Double.POSITIVE_INFINITY;
        boolean[] taken = new boolean[size];
        for (int turn = 0; turn < size && whole > 0; turn++) {
            int best = -1;
            double most = -1;
            for (int j = 0; j < size; j++) {
                if (!taken[j]) {
                    double gain = gain(given, left, j);
                    if (gain > most) {
                        most = gain;
                        best = j;
                    }
                }
            }
            taken[best] = true;
            before = Math.min(before, most / whole);
            scores[best] = before;
            for (int s = 0; s < left.size(); s++) {
                deflate(left.get(s), given.get(s).covariance(), best);
            }
        }
        return scores;
    }

    private static double gain(List<Signal> given, List<double[][]> left, int channel) {
        double gain = 0;
        for (int s = 0; s < left.size(); s++) {
            double[] row = left.get(s)[channel];
            if (row[channel] > LEAST_VARIANCE * given.get(s).covariance()[channel][channel]) {
                double[] energy = given.get(s).energy();
                double sum = 0;
                for (int c = 0; c < row.length; c++) {
                    sum += energy[c] * row[c] * row[c];
                }
                gain += sum / row[channel];
            }
        }
        return gain;
    }

    private static void deflate(double[][] left, double[][] given, int channel) {
        double[] row = left[channel].clone();
        double variance = row[channel];
        if (!(variance > LEAST_VARIANCE * given[channel][channel])) {
            return;
        }
        for (int c = 0; c < row.length; c++) {
            double factor = row[c] / variance;
            if (factor != 0) {
                for (int d = 0; d < row.length; d++) {
                    left[c][d] -= factor * row[d];
                }
            }
        }
    }
}
