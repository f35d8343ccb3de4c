package io.espalier.pruning.campaign;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ActivationStatistics;
import io.espalier.pruning.evaluation.ChannelStatistics;
import io.espalier.pruning.evaluation.Evaluation;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.ChannelGroup;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.importance.ApozImportance;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.reconstruction.Reconstructed;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.TrainingResult;
import io.espalier.pruning.training.Turns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Makes one variant: choose widths and criterion by evaluation, prune, fine-tune with the unpruned model as teacher,
 * evaluate. What cannot be trained is fitted to the unpruned model by least squares instead.
 *
 * <p>The trainer is asked for only when training starts: planning needs none, and a refused target should not have to
 * wait for native libraries to load.
 */
public final class PruningCampaign {
    private static final int SCORING_SAMPLES = 512;

    private final Supplier<Trainer> trainer;
    private final int threads;
    private final Progress progress;
    private final Turns turns;

    public PruningCampaign(Supplier<Trainer> trainer, int threads, Progress progress, Turns turns) {
        this.trainer = trainer;
        this.threads = threads;
        this.progress = progress;
        this.turns = turns;
    }

    /** Errors: as {@link Trainer#train}. A target out of reach is to be found by {@link Plan} beforehand. */
    public Variant run(Task task, Plan plan) {
        Planner planner = plan.planner();
        Samples validation = task.validation();
        Samples fitting = task.fitting();
        try (OnnxClassifier dense = OnnxClassifier.load(task.base().onnx(), threads)) {
            task.data().requireFits(dense.input().shape(), dense.outputs());
            Optional<String> obstacle = trainer.get().obstacle(planner.network().folded());
            progress.begins("select", "ranking channels and comparing the pruned networks");
            Contest contest = new Contest(planner, validation, task.contract(), threads);
            List<Contender> contenders;
            try (Turns.Turn turn = turns.take()) {
                contenders = contest.run(
                        criteria(task, planner, fitting, obstacle)
                                .of(task.recipe().importance()),
                        task.recipe().threshold());
            }
            Contender winner = contenders.get(0);
            Reconstructed fitted = fit(task, planner, winner, fitting);
            Recovered recovered = obstacle.isPresent()
                    ? new Recovered(fitted.graph(), new Recovery.Fitted(obstacle.get(), fitted.layers()))
                    : fineTune(task, dense, winner.name(), fitted.graph(), fitting, validation);
            progress.begins("evaluate", "reading the test samples");
            byte[] onnx = OnnxWriter.write(ModelLabels.attach(recovered.graph(), task));
            try (Turns.Turn turn = turns.take();
                    OnnxClassifier variant = OnnxClassifier.load(onnx, threads)) {
                return new Variant(
                        onnx,
                        Sha256.of(onnx),
                        cost(winner, onnx),
                        evaluation(task, dense),
                        evaluation(task, winner.graph()),
                        evaluation(task, variant),
                        control(task, contest, winner),
                        kept(planner, winner),
                        winner.criterion(),
                        candidates(
                                planner,
                                contenders,
                                validation(task, dense, validation),
                                validation(task, variant, validation)),
                        recovered.how(),
                        SampleFiles.golden(variant, task.data().test(), task.contract()));
            }
        }
    }

    private Criteria criteria(Task task, Planner planner, Samples fitting, Optional<String> obstacle) {
        return new Criteria(
                planner.network(),
                () -> gradients(task, planner, fitting),
                () -> activations(task, planner, fitting),
                obstacle,
                task.recipe().seed());
    }

    private Map<String, ChannelStatistics> activations(Task task, Planner planner, Samples fitting) {
        return ActivationStatistics.collect(
                planner.network().folded(),
                ApozImportance.watched(planner.network().dependencies()),
                fitting.draw(SCORING_SAMPLES, task.recipe().seed()),
                task.contract(),
                threads);
    }

    private record Recovered(Graph graph, Recovery how) {}

    /** A better start for training, and all there is where none is possible. */
    private Reconstructed fit(Task task, Planner planner, Contender winner, Samples fitting) {
        progress.begins("fit", "fitting the layers of " + winner.name() + " to the unpruned network");
        try (Turns.Turn turn = turns.take()) {
            return new LayerFitting(planner.network(), task, threads).fit(winner, fitting);
        }
    }

    private Recovered fineTune(
            Task task, OnnxClassifier dense, String name, Graph start, Samples fitting, Samples validation) {
        progress.begins("fine-tune", "training what is left of " + name);
        FineTuning.Trained trained =
                new FineTuning(trainer.get(), task, dense, progress, turns).train(start, fitting, validation);
        TrainingResult result = trained.result();
        return new Recovered(
                result.graph(),
                new Recovery.FineTuned(
                        result.learningRate(),
                        result.lastLoss(),
                        result.imagesPerSecond(),
                        result.maxDifference(),
                        trained.teacherShare()));
    }

    private Map<String, Tensor> gradients(Task task, Planner planner, Samples fitting) {
        return trainer.get()
                .gradients(
                        planner.network().folded(),
                        fitting.draw(SCORING_SAMPLES, task.recipe().seed()),
                        task.contract(),
                        task.recipe().batchSize());
    }

    private OptionalDouble control(Task task, Contest contest, Contender winner) {
        if (!task.recipe().control()) {
            return OptionalDouble.empty();
        }
        Graph random =
                contest.drawnByLot(winner.allocation().widths(), task.recipe().seed());
        return OptionalDouble.of(evaluation(task, random).accuracy());
    }

    private Evaluation evaluation(Task task, Graph graph) {
        try (OnnxClassifier classifier = OnnxClassifier.load(OnnxWriter.write(graph), threads)) {
            return evaluation(task, classifier);
        }
    }

    private static Evaluation evaluation(Task task, OnnxClassifier classifier) {
        return Evaluator.evaluate(classifier, task.data().test(), task.contract());
    }

    private static double validation(Task task, OnnxClassifier classifier, Samples validation) {
        return Evaluator.evaluate(classifier, validation, task.contract()).accuracy();
    }

    private static Cost cost(Contender winner, byte[] onnx) {
        return winner.allocation().cost().withSizeBytes(onnx.length);
    }

    private static List<Variant.Kept> kept(Planner planner, Contender winner) {
        List<Variant.Kept> kept = new ArrayList<>();
        List<ChannelGroup> groups = planner.network().groups();
        for (int g = 0; g < groups.size(); g++) {
            List<Integer> channels = Arrays.stream(winner.kept().get(g)).boxed().toList();
            kept.add(
                    new Variant.Kept(groups.get(g).id(), channels, groups.get(g).size()));
        }
        return kept;
    }

    private static String reason(Contender winner, Contender each, boolean chosen) {
        String others = each.byMagnitude().isEmpty()
                ? ""
                : "; " + each.criterion() + " says nothing about " + String.join(", ", each.byMagnitude())
                        + ", ranked by l1";
        return standing(winner, each, chosen) + others;
    }

    private static String standing(Contender winner, Contender each, boolean chosen) {
        if (chosen) {
            return "best start for fine-tuning";
        }
        double difference = winner.validation().accuracy() - each.validation().accuracy();
        if (difference <= 0) {
            return "no telling difference before fine-tuning, and the chosen one keeps more";
        }
        return String.format(Locale.ROOT, "%.1f points behind the chosen one before fine-tuning", 100 * difference);
    }

    private static Candidates candidates(
            Planner planner, List<Contender> contenders, double denseScore, double recoveredScore) {
        Contender winner = contenders.get(0);
        List<Candidates.Candidate> all = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            Contender each = contenders.get(i);
            all.add(new Candidates.Candidate(
                    each.name(),
                    each.allocation().cost(),
                    each.validation().accuracy(),
                    i == 0 ? OptionalDouble.of(recoveredScore) : OptionalDouble.empty(),
                    i == 0,
                    reason(winner, each, i == 0)));
        }
        all.add(new Candidates.Candidate(
                Candidates.DENSE, planner.dense(), denseScore, OptionalDouble.empty(), false, planner.whyNotDense()));
        return new Candidates(
                all,
                winner.allocation().rounds(),
                planner.latency().map(LatencyModel::leaveOneOutError).orElse(0.0),
                planner.latencyMargin());
    }
}
