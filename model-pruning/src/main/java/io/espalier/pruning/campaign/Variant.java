package io.espalier.pruning.campaign;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.evaluation.Quality;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A finished variant and every number it was chosen and judged by; evaluations are of the test part.
 *
 * @param onnx the file's bytes
 * @param predicted what it should cost on the device
 * @param before of the base model as it came
 * @param pruned after pruning, before anything else
 * @param after of the finished variant
 * @param randomOneShotScore of channels drawn by lot at the same widths, without fine-tuning
 * @param groups what is kept of each group
 * @param candidates what else was considered
 * @param rounds in which the target was approached, the last one last
 * @param stop why the round behind the last one added nothing: what was asked for is not reached then
 * @param encoding float or integers, and how many weights are zero
 * @param golden samples with the outputs this file gives
 */
@SuppressWarnings("ArrayRecordComponent")
public record Variant(
        byte[] onnx,
        Sha256 digest,
        Cost predicted,
        Quality before,
        Quality pruned,
        Quality after,
        OptionalDouble randomOneShotScore,
        List<Kept> groups,
        String importance,
        Candidates candidates,
        List<Round> rounds,
        Optional<Stop> stop,
        Recovery recovery,
        Encoding encoding,
        byte[] golden) {

    /** The channels of one group. */
    public record Kept(String layer, List<Integer> channels, int of) {
        public Kept {
            channels = List.copyOf(channels);
        }
    }

    /**
     * One round.
     *
     * @param chosen contender
     * @param cost that is expected of it
     * @param cutScore on validation samples, of what was cut and fitted
     * @param trainedScore of the same, trained
     * @param before what was trained first and lost more than may be lost, where there was such a one
     */
    public record Round(
            int number,
            int epochs,
            String chosen,
            Cost cost,
            double cutScore,
            double trainedScore,
            Optional<Tried> before) {

        /** A contender that was trained in vain. */
        public record Tried(String contender, double trainedScore) {}

        static Round of(int number, int epochs, PruningRound.Result result) {
            return new Round(
                    number,
                    epochs,
                    result.winner().name(),
                    result.winner().allocation().cost(),
                    result.winner().score(),
                    result.score(),
                    Optional.empty());
        }

        Round behind(PruningRound.Result first) {
            Tried tried = new Tried(first.winner().name(), first.score());
            return new Round(number, epochs, chosen, cost, cutScore, trainedScore, Optional.of(tried));
        }
    }

    /** On the samples to choose by, as it is shipped. */
    public double selectionScore() {
        return encoding.integers()
                .map(Encoding.Integers::score)
                .orElse(rounds.get(rounds.size() - 1).trainedScore());
    }

    /** The same of the base model as it came. */
    public double selectionScoreBefore() {
        return candidates.all().stream()
                .filter(each -> each.name().equals(Candidates.DENSE))
                .findFirst()
                .orElseThrow()
                .score();
    }

    public Variant {
        groups = List.copyOf(groups);
        rounds = List.copyOf(rounds);
    }
}
