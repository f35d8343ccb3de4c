package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.graph.DroppableBlock;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.sparsity.Mask;
import io.espalier.pruning.sparsity.Masks;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What is told of the last round so far besides the network it made: enough to go on behind its training, and to come back to it
 * where the next one loses too much.
 *
 * @param from the network that the round cut; empty where that was the unpruned one
 * @param considered the chosen one first
 * @param latencyCorrection what predictions were multiplied by
 * @param score of what was made, on the samples to choose by
 * @param masked names of the constants whose zeros are held
 */
public record LastRound(
        Optional<byte[]> from,
        List<Considered> considered,
        double latencyCorrection,
        double score,
        Set<String> masked,
        Recovery recovery) {
    public LastRound {
        considered = List.copyOf(considered);
        masked = Set.copyOf(masked);
    }

    /**
     * One network that was considered.
     *
     * @param leftOut names of the blocks it does without
     * @param byMagnitude groups that its criterion is silent on
     * @param kept channels, of the chosen one only
     * @param trainedScore of one that was trained first and lost more than may be lost
     */
    public record Considered(
            String name,
            List<String> leftOut,
            String criterion,
            Set<String> byMagnitude,
            Allocation.Chosen allocation,
            List<int[]> kept,
            double cutScore,
            OptionalDouble fittedScore,
            OptionalDouble trainedScore,
            Optional<Timing> measured) {
        public Considered {
            leftOut = List.copyOf(leftOut);
            byMagnitude = Set.copyOf(byMagnitude);
            kept = List.copyOf(kept);
        }
    }

    static LastRound of(Optional<byte[]> from, PruningRound.Result result) {
        Contender winner = result.winner();
        List<Considered> considered = new ArrayList<>();
        for (Contender each : result.contenders()) {
            considered.add(new Considered(
                    each.name(),
                    each.form().leftOut().stream().map(DroppableBlock::name).toList(),
                    each.criterion(),
                    each.byMagnitude(),
                    each.allocation(),
                    each == winner ? each.kept() : List.of(),
                    each.scores().cut(),
                    each.scores().fitted(),
                    each.scores().trained(),
                    each.measured()));
        }
        return new LastRound(
                from,
                considered,
                winner.form().planner().latencyCorrection(),
                result.score(),
                result.masks().byConstant().keySet(),
                result.recovery());
    }

    /**
     * The round's result once more.
     *
     * @param planner of the round, onto the network it cut, as predictions were before anything was measured
     * @param made what it made of that
     */
    PruningRound.Result result(Planner planner, Graph made) {
        Planner corrected = latencyCorrection == 1 ? planner : planner.corrected(latencyCorrection);
        Map<List<String>, Form> forms = new HashMap<>();
        List<Contender> contenders = new ArrayList<>();
        for (Considered each : considered) {
            contenders.add(new Contender(
                    each.name(),
                    forms.computeIfAbsent(each.leftOut(), names -> form(corrected, names)),
                    each.criterion(),
                    each.byMagnitude(),
                    each.allocation(),
                    each.kept(),
                    new Scores(each.cutScore(), each.fittedScore(), each.trainedScore()),
                    each.measured()));
        }
        return new PruningRound.Result(contenders, made, masks(made), score, recovery);
    }

    private static Form form(Planner planner, List<String> leftOut) {
        if (leftOut.isEmpty()) {
            return Form.whole(planner);
        }
        Map<String, DroppableBlock> byName = new HashMap<>();
        planner.network().blocks().forEach(block -> byName.put(block.name(), block));
        List<DroppableBlock> blocks = leftOut.stream()
                .map(name -> Objects.requireNonNull(byName.get(name), name))
                .toList();
        return new Form(blocks, planner.without(blocks));
    }

    private Masks masks(Graph made) {
        Map<String, Mask> masks = new LinkedHashMap<>();
        for (String name : masked) {
            float[] values = made.constant(name).floats();
            BitSet zeros = new BitSet(values.length);
            for (int i = 0; i < values.length; i++) {
                zeros.set(i, values[i] == 0);
            }
            masks.put(name, new Mask(values.length, zeros));
        }
        return new Masks(masks);
    }
}
