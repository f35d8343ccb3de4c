package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.proto.Sha256;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.training.TrainingRequest;
import io.espalier.pruning.training.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A target that is approached in rounds, and a run of them that is stopped. */
class RoundsTest {
    private static final int ROUNDS = 3;
    private static final Task TASK = task();

    /** A campaign to its end, what it gave on the way, and the epochs of each training. */
    private record Whole(Variant last, List<Variant> onTheWay, List<Integer> epochs) {
        static Whole run() {
            List<Variant> onTheWay = new ArrayList<>();
            List<Integer> epochs = new ArrayList<>();
            StandInTrainer trainer = new StandInTrainer(
                    request -> {
                        epochs.add(request.settings().epochs());
                        return request;
                    },
                    graph -> graph);
            return new Whole(StandInTrainer.run(TASK, trainer, Checkpoints.NONE, onTheWay::add), onTheWay, epochs);
        }
    }

    /** Run once for all tests that only look at it. */
    private static final Supplier<Whole> UNDISTURBED = Once.of(Whole::run);

    /** By each round: more and more, since nothing is won back by training. */
    private static final Supplier<List<Double>> LOST = Once.of(() -> {
        Variant undisturbed = UNDISTURBED.get().last();
        List<Double> lost = undisturbed.rounds().stream()
                .map(round -> undisturbed.selectionScoreBefore() - round.trainedScore())
                .toList();
        assertThat(lost).isSorted().doesNotHaveDuplicates().allMatch(each -> each > 0 && each < 1);
        return lost;
    });

    private final RememberedCheckpoint kept = new RememberedCheckpoint();
    /** Of each training so far. */
    private final List<Integer> epochs = new ArrayList<>();

    private int failsAt;

    @Test
    void comeNearerToTheTargetByLikeSteps() {
        Variant variant = UNDISTURBED.get().last();

        assertThat(variant.rounds()).extracting(Variant.Round::number).containsExactly(1, 2, 3);
        long whole = TASK.base().onnx().length;
        long asked = TASK.target().sizeBytes().getAsLong();
        assertThat(variant.rounds()).allSatisfy(round -> {
            double step = whole * Math.pow((double) asked / whole, (double) round.number() / ROUNDS);
            assertThat(round.cost().sizeBytes()).isBetween((long) (step * 0.75), (long) (step * 1.01));
        });
        assertThat(variant.onnx().length).isLessThanOrEqualTo((int) asked);
    }

    @Test
    void shareTheEpochsOutAndLeaveTheRestToTheLast() {
        assertThat(UNDISTURBED.get().last().rounds())
                .extracting(Variant.Round::epochs)
                .containsExactly(2, 2, 3);
        assertThat(UNDISTURBED.get().epochs()).containsExactly(2, 2, 3);
    }

    @Test
    void sayWhichChannelsOfTheUnprunedNetworkAreLeft() {
        Variant variant = UNDISTURBED.get().last();

        Graph made = BaseModel.of(variant.onnx()).graph();
        Graph whole = TASK.base().graph();
        Variant.Kept first = variant.groups().get(0);
        assertThat(first.layer()).isEqualTo("conv1");
        assertThat(first.channels()).hasSize(made.constant("conv1_w").shape().dim(0));
        float[] biases = whole.constant("conv1_b").floats();
        float[] left = made.constant("conv1_b").floats();
        for (int i = 0; i < left.length; i++) {
            assertThat(left[i]).isEqualTo(biases[first.channels().get(i)]);
        }
    }

    @Test
    void goOnBehindTheLastWholeOneAfterAStop() {
        Variant undisturbed = UNDISTURBED.get().last();
        failsAt = 3;
        assertThatIllegalStateException().isThrownBy(() -> run(TASK, kept)).withMessage("stopped");

        failsAt = 0;
        epochs.clear();
        Variant resumed = run(TASK, kept);

        assertThat(epochs).containsExactly(3);
        assertThat(resumed.onnx()).isEqualTo(undisturbed.onnx());
        assertThat(resumed.rounds()).isEqualTo(undisturbed.rounds());
        assertThat(resumed.groups()).isEqualTo(undisturbed.groups());
    }

    @Test
    void makeAVariantEach() {
        Variant last = UNDISTURBED.get().last();

        assertThat(UNDISTURBED.get().onTheWay())
                .extracting(each -> each.rounds().size())
                .containsExactly(1, 2);
        int size = TASK.base().onnx().length;
        for (Variant each : UNDISTURBED.get().onTheWay()) {
            assertThat(each.digest()).isEqualTo(Sha256.of(each.onnx()));
            assertThat(each.onnx().length).isLessThan(size).isGreaterThan(last.onnx().length);
            assertThat(each.predicted().sizeBytes()).isEqualTo(each.onnx().length);
            assertThat(each.golden()).isNotEmpty();
            assertThat(each.before()).isEqualTo(last.before());
            assertThat(each.selectionScoreBefore()).isEqualTo(last.selectionScoreBefore());
            assertThat(last.rounds()).startsWith(each.rounds().toArray(Variant.Round[]::new));
            size = each.onnx().length;
        }
    }

    @Test
    void giveTheirVariantsBeforeTheyAreKept() {
        List<Variant> onTheWay = new ArrayList<>();
        failsAt = 2;
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        StandInTrainer.run(TASK, new StandInTrainer(this::count, graph -> graph), kept, onTheWay::add));
        assertThat(onTheWay).extracting(each -> each.rounds().size()).containsExactly(1);

        failsAt = 0;
        StandInTrainer.run(TASK, StandInTrainer.IDLE, kept, onTheWay::add);

        assertThat(onTheWay).extracting(each -> each.rounds().size()).containsExactly(1, 2);
    }

    @Test
    void stopBehindTheOneThatLosesTooMuchAndGoBackToTheOneBefore() {
        List<Variant> onTheWay = new ArrayList<>();

        Variant variant = StandInTrainer.run(
                losing(between(LOST.get().get(0), LOST.get().get(1))),
                new StandInTrainer(this::count, graph -> graph),
                kept,
                onTheWay::add);

        assertThat(epochs).as("the third round is not begun").containsExactly(2, 2);
        assertThat(variant.rounds()).extracting(Variant.Round::number).containsExactly(1);
        assertThat(onTheWay).hasSize(1);
        assertThat(variant.onnx()).isEqualTo(onTheWay.get(0).onnx());
        assertThat(variant.stop()).containsInstanceOf(Stop.TooMuchLost.class);
        Stop.TooMuchLost stop = (Stop.TooMuchLost) variant.stop().orElseThrow();
        assertThat(stop.round()).isEqualTo(2);
        assertThat(stop.of()).isEqualTo(ROUNDS);
        assertThat(stop.unprunedScore()).isEqualTo(variant.selectionScoreBefore());
        assertThat(stop.unprunedScore() - stop.score()).isCloseTo(LOST.get().get(1), within(1e-9));
    }

    @Test
    void endBeforeOneThatWouldTakeTooLong() {
        List<Variant> onTheWay = new ArrayList<>();

        Variant variant = timed(Duration.ofMinutes(25), onTheWay);

        assertThat(epochs).as("the third round is not begun").containsExactly(2, 2);
        assertThat(variant.rounds()).extracting(Variant.Round::number).containsExactly(1, 2);
        assertThat(variant.onnx()).isEqualTo(onTheWay.get(1).onnx());
        Duration spent = Duration.ofMinutes(20);
        assertThat(variant.stop())
                .hasValue(new Stop.OutOfTime(3, ROUNDS, spent, Duration.ofMinutes(10), Duration.ofMinutes(25)));
    }

    @Test
    void areAtLeastOneHoweverLittleTimeThereIs() {
        Variant variant = timed(Duration.ofMillis(1), new ArrayList<>());

        assertThat(variant.rounds()).extracting(Variant.Round::number).containsExactly(1);
        assertThat(variant.stop()).map(Stop::round).hasValue(2);
    }

    @Test
    void areAtLeastOneMoreBehindThoseOfAnEarlierRun() {
        failsAt = 2;
        assertThatIllegalStateException().isThrownBy(() -> run(TASK, kept)).withMessage("stopped");
        failsAt = 0;
        epochs.clear();

        Variant variant = timed(Duration.ofMillis(1), new ArrayList<>());

        assertThat(epochs).as("the second round alone").containsExactly(2);
        assertThat(variant.rounds()).hasSize(2);
        assertThat(variant.stop()).map(Stop::round).hasValue(3);
    }

    @Test
    void goOnToTheTargetWhereThereIsTime() {
        Variant variant = timed(Duration.ofMinutes(30), new ArrayList<>());

        assertThat(variant.stop()).isEmpty();
        assertThat(variant.onnx()).isEqualTo(UNDISTURBED.get().last().onnx());
    }

    /** By a clock that stands still but for ten minutes of each training. */
    private Variant timed(Duration most, List<Variant> onTheWay) {
        AtomicLong nanos = new AtomicLong(-1);
        StandInTrainer trainer = new StandInTrainer(this::count, graph -> {
            nanos.addAndGet(Duration.ofMinutes(10).toNanos());
            return graph;
        });
        Workshop workshop = new Workshop(
                () -> trainer,
                1,
                Progress.SILENT,
                Turns.ALWAYS,
                IntegerBench.UNKNOWN,
                Optional.empty(),
                new TimeLimit(most, nanos::get));
        return StandInTrainer.run(TASK, workshop, kept, onTheWay::add);
    }

    @Test
    void goOnToTheTargetWhereNoneLosesTooMuch() {
        Variant variant = run(losing(LOST.get().get(2)), new RememberedCheckpoint());

        assertThat(variant.rounds()).hasSize(ROUNDS);
        assertThat(variant.stop()).isEmpty();
    }

    @Test
    void goBackToTheOneBeforeWithoutTrainingItAgainWhereAnEarlierRunMadeThat() {
        Task task = losing(between(LOST.get().get(1), LOST.get().get(2)));
        Variant undisturbed = run(task, new RememberedCheckpoint());
        assertThat(undisturbed.rounds()).hasSize(2);
        assertThat(undisturbed.stop()).isPresent();
        epochs.clear();
        failsAt = 3;
        assertThatIllegalStateException().isThrownBy(() -> run(task, kept)).withMessage("stopped");

        failsAt = 0;
        epochs.clear();
        Variant resumed = run(task, kept);

        assertThat(epochs).as("the last, and none before").containsExactly(3);
        assertThat(resumed.onnx()).isEqualTo(undisturbed.onnx());
        assertThat(resumed).usingRecursiveComparison().ignoringFields("onnx").isEqualTo(undisturbed);
    }

    @Test
    void goBackToANextBestStartThatAnEarlierRunTrained() {
        Task task = TASK.with(TASK.recipe().withRounds(2).withMostLost(0.001));
        Variant undisturbed = StandInTrainer.run(task, helpingTheSecond(0), Checkpoints.NONE);
        assertThat(undisturbed.rounds()).hasSize(1);
        assertThat(undisturbed.rounds().get(0).before()).isPresent();
        assertThatIllegalStateException()
                .isThrownBy(() -> StandInTrainer.run(task, helpingTheSecond(3), kept))
                .withMessage("stopped");

        Variant resumed = run(task, kept);

        assertThat(epochs).as("the second round").hasSize(1);
        assertThat(resumed).usingRecursiveComparison().ignoringFields("onnx").isEqualTo(undisturbed);
    }

    /** The second training gives back the unpruned network, as if nothing were lost. */
    private static StandInTrainer helpingTheSecond(int stopsAt) {
        List<Graph> starts = new ArrayList<>();
        return StandInTrainer.of(graph -> {
            starts.add(graph);
            if (starts.size() == stopsAt) {
                throw new IllegalStateException("stopped");
            }
            return starts.size() == 2 ? TASK.base().graph() : graph;
        });
    }

    @Test
    void makeNothingWhereTheFirstLosesTooMuch() {
        RememberedCheckpoint none = new RememberedCheckpoint();

        assertThatThrownBy(() -> run(losing(LOST.get().get(0) / 2), none))
                .isInstanceOf(TooMuchLostException.class)
                .hasMessageContaining("points in round 1 of 3, more than the");

        assertThat(none.latest(TASK)).isEmpty();
    }

    @Test
    void trainTheNextBestStartOnceBeforeTheFirstRefuses() {
        assertThatThrownBy(() -> run(losing(LOST.get().get(0) / 2), new RememberedCheckpoint()))
                .isInstanceOf(TooMuchLostException.class);

        assertThat(epochs).as("the two best starts, and no third").containsExactly(2, 2);
    }

    @Test
    void takeTheNextBestStartWhereTheBestLosesTooMuch() {
        Task task = TASK.with(TASK.recipe().withRounds(1).withMostLost(0.001));
        List<Graph> starts = new ArrayList<>();
        StandInTrainer helpsTheSecond = StandInTrainer.of(graph -> {
            starts.add(graph);
            return starts.size() == 2 ? task.base().graph() : graph;
        });

        Variant variant = StandInTrainer.run(task, helpsTheSecond, Checkpoints.NONE);

        assertThat(starts).hasSize(2);
        assertThat(variant.stop()).isEmpty();
        Variant.Round round = variant.rounds().get(0);
        Variant.Round.Tried tried = round.before().orElseThrow();
        assertThat(tried.contender()).isNotEqualTo(round.chosen());
        assertThat(tried.trainedScore()).isLessThan(round.trainedScore());
        List<Candidates.Candidate> all = variant.candidates().all();
        assertThat(all.get(0).name()).isEqualTo(round.chosen());
        assertThat(all.get(0).reason()).isEqualTo("next best start for fine-tuning, after " + tried.contender());
        assertThat(all.get(1).name()).isEqualTo(tried.contender());
        assertThat(all.get(1).tunedScore()).hasValue(tried.trainedScore());
        assertThat(all.get(1).reason()).isEqualTo("trained first, and lost more than may be lost");
    }

    @Test
    void trainNoNextBestStartWhereTheBestIsGoodEnough() {
        Variant variant = run(losing(LOST.get().get(2)), new RememberedCheckpoint());

        assertThat(variant.rounds())
                .allSatisfy(round -> assertThat(round.before()).isEmpty());
        assertThat(epochs).hasSize(ROUNDS);
    }

    private static double between(double less, double more) {
        return (less + more) / 2;
    }

    private static Task losing(double most) {
        return TASK.with(TASK.recipe().withMostLost(most));
    }

    private Variant run(Task task, Checkpoints checkpoints) {
        return StandInTrainer.run(task, new StandInTrainer(this::count, graph -> graph), checkpoints);
    }

    private TrainingRequest count(TrainingRequest request) {
        epochs.add(request.settings().epochs());
        if (epochs.size() == failsAt) {
            throw new IllegalStateException("stopped");
        }
        return request;
    }

    private static Task task() {
        NetworkBuilder n = new NetworkBuilder("numbers", new Random(1));
        String x = n.relu(n.conv(n.input("input", 1, 8, 8), 16, 3, 2, 1));
        x = n.relu(n.conv(x, 32, 3, 1, 1));
        Graph graph = n.build(n.gemm(n.relu(n.gemm(n.flatten(x), 16)), 2));
        float[] biases = new float[16];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = 0.01f * i;
        }
        return UnlabelledTasks.fitting(
                0.3,
                graph.withInitializers(Map.of("conv1_b", Tensor.ofFloats(biases, 16))),
                Recipe.of(7, 7).withRounds(ROUNDS).rankedBy(Recipe.Criterion.L1, OptionalDouble.empty()));
    }
}
