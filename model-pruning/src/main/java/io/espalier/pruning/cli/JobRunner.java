package io.espalier.pruning.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.host.HostLock;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Baseline;
import io.espalier.pruning.campaign.FirstTraining;
import io.espalier.pruning.campaign.Inspection;
import io.espalier.pruning.campaign.Inspector;
import io.espalier.pruning.campaign.IntegerBench;
import io.espalier.pruning.campaign.LocalIntegerBench;
import io.espalier.pruning.campaign.LocalStopwatch;
import io.espalier.pruning.campaign.Plan;
import io.espalier.pruning.campaign.Progress;
import io.espalier.pruning.campaign.PruningCampaign;
import io.espalier.pruning.campaign.Refusal;
import io.espalier.pruning.campaign.Stopwatch;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.ThisMachine;
import io.espalier.pruning.campaign.TimeLimit;
import io.espalier.pruning.campaign.TooMuchLostException;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.campaign.Workshop;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetException;
import io.espalier.pruning.data.DatasetOptions;
import io.espalier.pruning.data.Datasets;
import io.espalier.pruning.data.LabelException;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.evaluation.UnusableModelException;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.InvalidModelException;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.Trainer;
import io.espalier.pruning.training.Turns;
import io.espalier.pruning.training.UntrainableGraphException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Joins the parts of the module to do one job. */
final class JobRunner {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHECKED_SAMPLES = 1000;

    private final JobFolder folder;
    private final Progress progress;

    JobRunner(JobFolder folder, Progress progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /** Errors: {@link InvalidInputException} for whatever the caller can put right. */
    Outcome run(JobSpec spec) {
        return checked(() -> switch (spec.kind()) {
            case INSPECT -> inspect(spec);
            case TRAIN -> train(spec);
            case PRUNE -> prune(spec, false, TimeLimit.none()).outcome();
            case BASELINE -> baseline(spec);
        });
    }

    /** Does something with the caller's files; what is wrong with them becomes an {@link InvalidInputException}. */
    <T> T checked(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidModelException | UnusableModelException | UntrainableGraphException e) {
            throw new InvalidInputException("The model cannot be used", String.valueOf(e.getMessage()));
        } catch (LabelException e) {
            throw new InvalidInputException(
                    "The data cannot be used",
                    e.getMessage() + ". Where the model gives numbers or maps and not classes, its task is regression,"
                            + " which needs no labels");
        } catch (DatasetException e) {
            throw new InvalidInputException("The data cannot be used", String.valueOf(e.getMessage()));
        }
    }

    private Outcome inspect(JobSpec spec) {
        BaseModel base = BaseModel.read(spec.model().orElseThrow());
        Optional<Dataset> data = spec.dataset().isPresent() ? Optional.of(open(spec, base.graph())) : Optional.empty();
        Inspection found = new Inspector(spec.threads(), progress)
                .inspect(base, data, spec.contract(), spec.recipe().seed());
        if (data.isPresent()
                && data.get().isLabelled()
                && Inspector.isNearChance(found.accuracy().orElse(0), data.get().test())) {
            throw new InvalidInputException(
                    NearChance.TITLE,
                    NearChance.detail(
                            found.accuracy().orElse(0),
                            found.testSamples(),
                            found.better().stream().findFirst()));
        }
        folder.write(found.files());
        return new Outcome(PruningMain.DONE, InspectionResult.json(found));
    }

    /**
     * Makes a variant and writes its files; writes nothing where the target is out of reach, or more is lost than may be.
     * What the last round can be done again from stays, for the caller to take away once it has told the result.
     *
     * @param deviceIsHere whether the device that is planned for is this machine
     * @param limit running since the job was begun
     */
    Pruned prune(JobSpec spec, boolean deviceIsHere, TimeLimit limit) {
        return checked(() -> {
            if (spec.device().isPresent()) {
                progress.begins("plan", "learning how fast the device is");
            }
            BaseModel base = BaseModel.read(spec.model().orElseThrow());
            Plan plan =
                    Plan.of(base, spec.target(), spec.device(), spec.recipe().precision());
            Optional<Refusal> refusal = plan.refusal();
            if (refusal.isPresent()) {
                return new Pruned.Refused(base, plan.unpruned(), refusal.get());
            }
            if (!spec.target().isEmpty() && plan.isMetUnpruned()) {
                progress.begins("plan", "the unpruned model fits, no channel has to go for it");
            }
            Task task = task(spec, base);
            if (task.data().isLabelled()) {
                refuseGuessing(task, spec.threads());
            }
            JobCheckpoints checkpoints = new JobCheckpoints(folder, spec.threads());
            RoundVariants earlier = new RoundVariants(folder, task);
            if (checkpoints.latest(task).isEmpty()) {
                RoundVariants.removeFrom(folder);
            }
            Variant variant;
            try {
                variant = new PruningCampaign(
                                new Workshop(
                                        trainer(spec),
                                        spec.threads(),
                                        progress,
                                        turns(spec),
                                        integers(spec),
                                        deviceIsHere ? Optional.of(stopwatch(spec)) : Optional.empty(),
                                        limit),
                                checkpoints)
                        .run(task, plan, earlier::keep);
            } catch (TooMuchLostException e) {
                return new Pruned.TooMuchLost(base, plan.unpruned(), e.stop());
            }
            folder.write(Map.of(
                    VariantResult.MODEL, variant.onnx(),
                    VariantResult.GOLDEN, variant.golden(),
                    VariantResult.PROVENANCE, Provenance.of(task, variant)));
            return new Pruned.Made(task, variant, earlier.before(variant));
        });
    }

    private Outcome baseline(JobSpec spec) {
        Task task = task(spec, BaseModel.read(spec.model().orElseThrow()));
        Baseline baseline = Baseline.measure(task, trainer(spec), spec.threads(), progress, turns(spec));
        ObjectNode result = JSON.createObjectNode()
                .put("outcome", "done")
                .put("accuracyBefore", baseline.accuracyBefore())
                .put("accuracyAfter", baseline.accuracyAfter())
                .put("selectionScoreAfter", baseline.selectionScoreAfter());
        baseline.untrainedBecause().ifPresent(why -> result.put("untrainedBecause", why));
        return new Outcome(PruningMain.DONE, result);
    }

    private Outcome train(JobSpec spec) {
        Graph untrained = Architectures.named(
                spec.architecture().orElseThrow(), spec.recipe().seed());
        Dataset data = open(spec, untrained);
        FirstTraining trained = FirstTraining.of(
                untrained,
                data,
                spec.contract(),
                spec.recipe(),
                trainer(spec).get(),
                spec.threads(),
                progress,
                turns(spec));
        folder.write(Architectures.FILE, trained.onnx());
        ObjectNode result = JSON.createObjectNode()
                .put("outcome", "done")
                .put("file", Architectures.FILE)
                .put("digest", trained.digest().hex())
                .put("sizeBytes", trained.onnx().length)
                .put("accuracy", trained.accuracy())
                .put("testSamples", data.test().size())
                .put("lastLoss", trained.lastLoss());
        return new Outcome(PruningMain.DONE, result);
    }

    /** Made smaller, what guesses would only guess faster. */
    private static void refuseGuessing(Task task, int threads) {
        try (OnnxClassifier dense = OnnxClassifier.load(task.base().onnx(), threads)) {
            task.data().requireFits(dense.input().shape(), dense.outputs());
            Samples some =
                    task.data().train().draw(CHECKED_SAMPLES, task.recipe().seed());
            double accuracy = Evaluator.evaluate(dense, some, task.contract()).accuracy();
            if (Inspector.isNearChance(accuracy, some)) {
                throw new InvalidInputException(
                        NearChance.TITLE,
                        NearChance.detail(
                                accuracy,
                                some.size(),
                                Inspector.likelier(dense, task.data().train(), task.contract(), accuracy)));
            }
        }
    }

    private Task task(JobSpec spec, BaseModel base) {
        return new Task(
                spec.task(),
                base,
                open(spec, base.graph()),
                spec.contract(),
                spec.recipe(),
                spec.target(),
                spec.device());
    }

    private Dataset open(JobSpec spec, Graph graph) {
        progress.begins("data", "reading " + spec.dataset().orElseThrow().getFileName());
        ModelInput input = ModelInput.of(graph);
        try {
            spec.contract().requireFits(input.shape());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The input scaling cannot be used", String.valueOf(e.getMessage()));
        }
        DatasetOptions options = DatasetOptions.defaults()
                .expecting(input.shape())
                .cachingIn(spec.cache().orElseGet(folder::decodedImages));
        return Datasets.open(
                spec.dataset().orElseThrow(), spec.task().needsLabels() ? options : options.withoutLabels());
    }

    private static Supplier<Trainer> trainer(JobSpec spec) {
        return () -> new Dl4jTrainer(spec.threads());
    }

    private static IntegerBench integers(JobSpec spec) {
        return new LocalIntegerBench(
                spec.isa(), Isa.ofThisMachine(), new ThisMachine(spec.threads()), timedTurns(spec));
    }

    private static Stopwatch stopwatch(JobSpec spec) {
        return new LocalStopwatch(new ThisMachine(spec.threads()), timedTurns(spec));
    }

    private static Turns timedTurns(JobSpec spec) {
        return spec.hostLock()
                .<Turns>map(path -> {
                    HostLock lock = new HostLock(path);
                    return () -> lock.forTimedRun()::close;
                })
                .orElse(Turns.ALWAYS);
    }

    private static Turns turns(JobSpec spec) {
        return spec.hostLock()
                .<Turns>map(path -> {
                    HostLock lock = new HostLock(path);
                    return () -> lock.forTraining()::close;
                })
                .orElse(Turns.ALWAYS);
    }
}
