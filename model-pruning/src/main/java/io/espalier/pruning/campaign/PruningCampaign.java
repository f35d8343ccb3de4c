package io.espalier.pruning.campaign;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.evaluation.Quality;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.onnx.OnnxReader;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.Quantiser;
import io.espalier.pruning.sparsity.FileSize;
import io.espalier.pruning.sparsity.Masks;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes one variant, in one round or in several: a later round starts from what an earlier one made, and each has a target
 * that is a like step nearer to the asked one. Where a recipe says how much may be lost, the first round that loses more ends
 * it, and what the round before made is the variant; where there is none before, the next best start is trained once. A run
 * that may take so long and no longer ends before a round that would take it too long.
 *
 * <p>What an earlier round made is a variant too, for whoever asks for less.
 */
public final class PruningCampaign {
    private final Workshop workshop;
    private final Checkpoints checkpoints;

    public PruningCampaign(Workshop workshop, Checkpoints checkpoints) {
        this.workshop = workshop;
        this.checkpoints = checkpoints;
    }

    /**
     * What the rounds so far have made.
     *
     * @param onnx the network as the next round reads it
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Stand(byte[] onnx, Made made) {
        PrunableNetwork network() {
            return PrunableNetwork.ofCut(OnnxReader.read(onnx));
        }
    }

    /** The variant of the last round; errors as below. */
    public Variant run(Task task, Plan plan) {
        return run(task, plan, variant -> {});
    }

    /**
     * Errors: as {@link Trainer#train}; {@link TooMuchLostException} where already the first round loses more than the recipe
     * allows, whichever of its two best starts is trained. A target out of reach is to be found by {@link Plan} beforehand.
     *
     * @param onTheWay is given the variant of each round but the last, in float, before the round is kept as a checkpoint; one
     *     that was kept by an earlier run is not given again, nor are those of a target that the unpruned model meets
     */
    public Variant run(Task task, Plan plan, Consumer<Variant> onTheWay) {
        Planner planner = plan.planner(ModelLabels.bytes(task));
        if (task.recipe().precision() == AskedPrecision.INT8) {
            // What has no integers is refused before hours of training.
            Quantiser.of(plan.floats().network().folded());
        }
        Samples fitting = task.fitting();
        try (OnnxClassifier dense = OnnxClassifier.load(task.base().onnx(), workshop.threads())) {
            task.data().requireFits(dense.input().shape(), dense.outputs());
            Judge choosing = Judge.of(task, task.validation(), workshop.threads());
            // The unpruned model's outputs would be read for a judge of regression: not before the end, either.
            Supplier<Judge> testing = Once.of(() -> Judge.of(task, task.data().test(), workshop.threads()));
            Supplier<Quality> before =
                    Once.of(() -> testing.get().of(task.base().onnx()));
            IntegerForms.Verdict inFloat =
                    IntegerForms.Verdict.floats("made on the way to a tighter budget", List.of());
            Work work = new Work(
                    task, planner, dense, choosing, fitting, StopRule.of(task, choosing), rounds(task, planner));
            Made made = cutAndTrain(
                    work,
                    checkpoints.latest(task).map(kept -> stand(work, kept)),
                    each -> onTheWay.accept(finished(task, plan.floats(), choosing, testing, before, each, inFloat)));
            IntegerForms.Verdict verdict =
                    new IntegerForms(task, workshop, dense, choosing, fitting, plan.floats()).besides(made);
            return finished(task, plan.floats(), choosing, testing, before, made, verdict);
        }
    }

    /** What all rounds have in common; {@code last} is the number of the one with the whole target. */
    private record Work(
            Task task,
            Planner planner,
            OnnxClassifier dense,
            Judge choosing,
            Samples fitting,
            StopRule rule,
            int last) {}

    /** @param kept what an earlier run made; empty where it did not come so far */
    private Made cutAndTrain(Work work, Optional<Stand> kept, Consumer<Made> onTheWay) {
        Optional<Stand> stand = kept;
        while (true) {
            int round = stand.map(each -> each.made().rounds().size()).orElse(0) + 1;
            if (round > work.last()) {
                return stand.orElseThrow().made();
            }
            Optional<Stand> from = stand;
            Optional<Stop> late = workshop.limit().before(round, work.last());
            if (late.isPresent()) {
                return stopped(from.orElseThrow(), late.get());
            }
            Made made = workshop.limit().round(() -> round(work, from, round));
            Optional<Stop.TooMuchLost> lost =
                    work.rule().after(round, work.last(), made.result().score());
            if (lost.isPresent() && from.isEmpty()) {
                throw new TooMuchLostException(lost.get());
            }
            if (lost.isPresent()) {
                return stopped(from.get(), lost.get());
            }
            boolean last = round == work.last();
            if (last && work.task().recipe().precision() == AskedPrecision.FLOAT32) {
                return made; // What is left to do takes no training.
            }
            // Rounds that only set more weights to zero make nothing that costs another device less or more.
            if (!last && work.planner().wholeLoad() > 1) {
                onTheWay.accept(made);
            }
            byte[] onnx = OnnxWriter.write(made.result().graph());
            checkpoints.keep(
                    work.task(),
                    new Checkpoints.Checkpoint(
                            onnx,
                            made.survivors(),
                            made.rounds(),
                            LastRound.of(stand.map(Stand::onnx), made.result())));
            stand = Optional.of(new Stand(onnx, made));
        }
    }

    private Made round(Work work, Optional<Stand> stand, int round) {
        Task task = work.task();
        int last = work.last();
        Task ofRound = task.with(task.recipe().forRound(epochs(task, round, last), round, last));
        String prefix = last == 1 ? "" : "round %d of %d: ".formatted(round, last);
        PruningRound cut =
                new PruningRound(ofRound, workshop.telling(prefix), work.dense(), work.choosing(), work.fitting());
        PrunableNetwork network =
                stand.map(Stand::network).orElseGet(() -> work.planner().network());
        Planner planner = asMeasured(
                planner(work, network, round),
                stand.map(each -> each.made().latencyCorrection()).orElse(1.0));
        PruningRound.Result first = cut.run(planner);
        // A later round has a variant to go back to; behind the first there is none.
        Optional<PruningRound.Result> second =
                round == 1 && work.rule().after(round, last, first.score()).isPresent()
                        ? cut.next(planner, first).filter(next -> next.score() > first.score())
                        : Optional.empty();
        PruningRound.Result result = second.orElse(first);
        Variant.Round told = Variant.Round.of(round, ofRound.recipe().epochs(), result);
        Survivors survivors = stand.map(each -> each.made().survivors())
                .orElseGet(() -> Survivors.all(work.planner().network()));
        List<Variant.Round> rounds =
                new ArrayList<>(stand.map(each -> each.made().rounds()).orElse(List.of()));
        rounds.add(second.isPresent() ? told.behind(first) : told);
        return new Made(result, survivors.after(result.winner()), rounds);
    }

    /** Ends with what was there before the round, whichever run made that. */
    private Made stopped(Stand before, Stop stop) {
        workshop.progress().begins("stop", stop.why());
        return before.made().stoppedBy(stop);
    }

    /** Of what fits already no channels go but by a threshold, and that once; single weights may go step by step. */
    private static int rounds(Task task, Planner planner) {
        return planner.wholeLoad() <= 1 && task.recipe().sparsity() == 0
                ? 1
                : task.recipe().rounds();
    }

    private static Stand stand(Work work, Checkpoints.Checkpoint kept) {
        PrunableNetwork network = kept.last()
                .from()
                .map(onnx -> PrunableNetwork.ofCut(OnnxReader.read(onnx)))
                .orElseGet(() -> work.planner().network());
        Planner planner = planner(work, network, kept.rounds().size());
        PruningRound.Result result = kept.last().result(planner, OnnxReader.read(kept.onnx()));
        return new Stand(kept.onnx(), new Made(result, kept.survivors(), kept.rounds()));
    }

    /**
     * Predicts as the round before did in the end, so that what it measured is not found out anew. Where nothing would be left
     * by that, the round is planned as if nothing had been measured, and its quickest network is taken.
     */
    private static Planner asMeasured(Planner planner, double latencyCorrection) {
        if (latencyCorrection == 1) {
            return planner;
        }
        Planner corrected = planner.corrected(latencyCorrection);
        return corrected.refusal().isPresent() ? planner : corrected;
    }

    private static Planner planner(Work work, PrunableNetwork network, int round) {
        return work.planner().onto(network, lenience(work.planner(), round, work.last()));
    }

    /** Steps of one factor from what the whole network takes to what is asked. */
    private static double lenience(Planner planner, int round, int last) {
        return Math.pow(Math.max(1, planner.wholeLoad()), 1 - (double) round / last);
    }

    /** Like shares; the last round, behind which nothing is mended any more, has what is left over. */
    private static int epochs(Task task, int round, int last) {
        int share = task.recipe().epochs() / last;
        return round < last ? share : task.recipe().epochs() - share * (last - 1);
    }

    private Variant finished(
            Task task,
            Planner unpruned,
            Judge choosing,
            Supplier<Judge> testing,
            Supplier<Quality> before,
            Made floats,
            IntegerForms.Verdict verdict) {
        workshop.progress().begins("evaluate", "reading the test samples");
        Made made = verdict.form().map(IntegerForm::made).orElse(floats);
        byte[] onnx = verdict.form()
                .map(form -> OnnxWriter.write(form.graph()))
                .orElseGet(() ->
                        OnnxWriter.write(ModelLabels.attach(floats.result().graph(), task)));
        Masks masks = made.result().masks();
        requireZeros(masks, verdict.form().isPresent() ? made.result().graph() : OnnxReader.read(onnx));
        Cost cost = verdict.form()
                .map(IntegerForm::cost)
                .orElseGet(() -> floats.inFloat().withSizeBytes(onnx.length));
        try (Turns.Turn turn = workshop.turns().take();
                OnnxClassifier variant = OnnxClassifier.load(onnx, workshop.threads())) {
            Contender winner = made.result().winner();
            return new Variant(
                    onnx,
                    Sha256.of(onnx),
                    cost,
                    before.get(),
                    testing.get().of(winner.graph()),
                    testing.get().of(onnx),
                    control(task, winner, testing.get()),
                    made.survivors().kept(unpruned.network()),
                    winner.criterion(),
                    Standings.of(
                            unpruned,
                            floats.result(),
                            choosing.of(task.base().onnx()).score(),
                            verdict),
                    made.rounds(),
                    made.stop(),
                    made.result().recovery(),
                    new Encoding(
                            verdict.choice(),
                            verdict.form().map(IntegerForm::record),
                            masks.sparsity(),
                            FileSize.of(onnx)),
                    SampleFiles.golden(variant, task.data().test(), task.contract()));
        }
    }

    /** A weight that came back would be shipped under a wrong name. */
    private static void requireZeros(Masks masks, Graph made) {
        if (!masks.hold(made)) {
            throw new IllegalStateException("Training moved weights that were to stay zero");
        }
    }

    private static OptionalDouble control(Task task, Contender winner, Judge testing) {
        if (!task.recipe().control()) {
            return OptionalDouble.empty();
        }
        Graph random = Contest.drawnByLot(winner, task.recipe().seed());
        return OptionalDouble.of(testing.of(random).score());
    }
}
