package io.espalier.benchmarks.training;

import io.espalier.pruning.campaign.PrunableNetwork;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ActivationStatistics;
import io.espalier.pruning.graph.DependencyGroups;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.importance.AbsoluteImportance;
import io.espalier.pruning.importance.ApozImportance;
import io.espalier.pruning.importance.GeometricMedianImportance;
import io.espalier.pruning.importance.GradientImportance;
import io.espalier.pruning.importance.Importance;
import io.espalier.pruning.importance.L1Importance;
import io.espalier.pruning.importance.L2Importance;
import io.espalier.pruning.importance.PercentileImportance;
import io.espalier.pruning.importance.RandomImportance;
import io.espalier.pruning.importance.ReconstructionImportance;
import io.espalier.pruning.importance.TaylorImportance;
import io.espalier.pruning.importance.Threshold;
import io.espalier.pruning.importance.WeightThreshold;
import io.espalier.pruning.training.Dl4jTrainer;
import java.util.List;
import java.util.Map;

/** A way to choose what goes, each as the source document names it. */
enum Strategy {
    RANDOM("random"),
    L1("L1"),
    L2("L2"),
    L1_NETWORK("L1, one threshold"),
    PERCENTILE_LAYER("percentile of the layer"),
    PERCENTILE_NETWORK("percentile of the network"),
    APOZ("APoZ"),
    GRADIENT("gradient"),
    TAYLOR("Taylor"),
    GEOMETRIC_MEDIAN("geometric median"),
    RECONSTRUCTION("reconstruction"),
    WEIGHTS("single weights"),
    HYBRID("hybrid");

    private static final int SAMPLES = 512;
    private static final int BATCH = 64;
    private static final int BISECTIONS = 40;
    private static final WeightThreshold MEDIAN_OF_LAYER = new WeightThreshold.OfLayer(50);
    private static final WeightThreshold MEDIAN_OF_NETWORK = new WeightThreshold.OfNetwork(50);

    private final String title;

    Strategy(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Whether all it removes are channels. */
    boolean removesChannels() {
        return this != WEIGHTS && this != HYBRID;
    }

    /**
     * Removes a share of the channels; of the weights where it looks at single weights, and half of the way each in the
     * hybrid: channels first, then weights of what is left.
     */
    PrunedNetwork prune(Graph dense, double share, Samples samples, InputContract contract, long seed) {
        return switch (this) {
            case WEIGHTS -> PrunedNetwork.uniform(dense, new L1Importance(), 1).withZeros(share);
            case HYBRID -> {
                double half = 1 - Math.sqrt(1 - share);
                yield PrunedNetwork.uniform(dense, new L1Importance(), 1 - half).withZeros(half);
            }
            case L1_NETWORK -> byOneThreshold(dense, new L1Importance(), share);
            default -> PrunedNetwork.uniform(dense, importance(dense, samples, contract, seed), 1 - share);
        };
    }

    private Importance importance(Graph dense, Samples samples, InputContract contract, long seed) {
        Graph folded = PrunableNetwork.of(dense).folded();
        Samples drawn = samples.draw(SAMPLES, seed);
        return switch (this) {
            case RANDOM -> new RandomImportance(seed);
            case L2 -> new L2Importance();
            case PERCENTILE_LAYER -> new PercentileImportance(MEDIAN_OF_LAYER);
            case PERCENTILE_NETWORK -> new PercentileImportance(MEDIAN_OF_NETWORK);
            case APOZ ->
                new ApozImportance(ActivationStatistics.collect(
                        folded, ApozImportance.watched(DependencyGroups.of(folded)), drawn, contract, 1));
            case GRADIENT -> new GradientImportance(gradients(folded, drawn, contract));
            case TAYLOR -> new TaylorImportance(gradients(folded, drawn, contract));
            case RECONSTRUCTION -> ReconstructionImportance.of(folded, drawn, contract, 1);
            case GEOMETRIC_MEDIAN -> new GeometricMedianImportance();
            case L1, L1_NETWORK, WEIGHTS, HYBRID -> new L1Importance();
        };
    }

    private static List<Map<String, Tensor>> gradients(Graph folded, Samples samples, InputContract contract) {
        return new Dl4jTrainer(1).gradients(folded, samples, contract, BATCH);
    }

    /** The threshold that leaves the asked share of all channels together, whatever that leaves of one layer. */
    private static PrunedNetwork byOneThreshold(Graph dense, AbsoluteImportance importance, double share) {
        DependencyGroups groups = DependencyGroups.of(PrunableNetwork.of(dense).folded());
        int all = groups.prunable().stream().mapToInt(group -> group.size()).sum();
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            int left = new Threshold(middle, 1)
                    .keep(importance, groups).values().stream()
                            .mapToInt(channels -> channels.length)
                            .sum();
            if (left >= (1 - share) * all) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return PrunedNetwork.keeping(dense, groups, new Threshold(low, 1).keep(importance, groups));
    }
}
