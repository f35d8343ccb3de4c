package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.onnx.OnnxWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Trains with DeepLearning4J on the processor. One training at a time per JVM, because a native switch it uses is
 * global; run it in a worker JVM with {@link WorkerJvm#FLAGS}.
 */
public final class Dl4jTrainer implements Trainer {
    private static final int CHECK_BATCH = 32;
    private static final Object ONE_AT_A_TIME = new Object();

    private final int threads;

    public Dl4jTrainer(int threads) {
        this.threads = threads;
    }

    @Override
    public Optional<String> obstacle(Graph graph, Purpose purpose) {
        try {
            Lowering.lower(BatchNormFolding.fold(graph), purpose, new SoftTargetLoss(0, 1), 1, true);
            return Optional.empty();
        } catch (UntrainableGraphException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public TrainingResult train(TrainingRequest request) {
        synchronized (ONE_AT_A_TIME) {
            useThreads();
            TrainingSettings settings = request.settings();
            Graph graph = request.masks().applied(BatchNormFolding.fold(request.graph()));
            Goal goal = goal(request, graph);
            Batches batches = new Batches(request.samples(), request.contract(), settings, goal);
            TrainableNetwork network = TrainableNetwork.of(
                    graph,
                    goal,
                    batches.inputMagnitude(),
                    settings.normalise() && settings.epochs() > 0,
                    settings.fresh());
            double startingLoss = settings.fresh() ? Double.NaN : network.adopt(batches.unaugmented());
            network.keepZero(request.masks());
            TrainingRun run = new TrainingRun(network, batches, request, startingLoss);
            run.run();
            network.settle(batches.unaugmented());
            Graph trained = network.store(graph);
            byte[] onnx = OnnxWriter.write(trained);
            double difference = ExportCheck.check(
                    trained,
                    onnx,
                    network,
                    new Batches(
                            request.samples(),
                            request.contract(),
                            settings.withBatchSize(CHECK_BATCH).withAugmentation(Augmentation.NONE),
                            goal.untaught()));
            return new TrainingResult(
                    trained,
                    onnx,
                    run.learningRate(),
                    run.restarts(),
                    run.lastLoss(),
                    run.imagesPerSecond(),
                    difference);
        }
    }

    @Override
    public List<Map<String, Tensor>> gradients(Graph graph, Samples samples, InputContract contract, int batchSize) {
        synchronized (ONE_AT_A_TIME) {
            useThreads();
            Graph folded = BatchNormFolding.fold(graph);
            Goal goal = LabelGoal.of(classes(folded, samples));
            TrainingSettings settings = TrainingSettings.of(1, 0).withBatchSize(batchSize);
            Batches batches = new Batches(samples, contract, settings, goal);
            TrainableNetwork network = TrainableNetwork.of(folded, goal, batches.inputMagnitude(), false, false);
            List<Map<String, Tensor>> gradients = new ArrayList<>();
            batches.startEpoch(0);
            for (int batch = 0; batch < batches.perEpoch(); batch++) {
                batches.assemble(batch);
                network.computeGradients(batches.values(), batches.inputShape(), batches.targets());
                try (INDArray mean = network.gradients().div(batches.size())) {
                    gradients.add(network.gradientTensors(mean, folded));
                }
            }
            return gradients;
        }
    }

    private void useThreads() {
        Nd4j.getBlasWrapper();
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        Nd4j.factory().blas().setMaxThreads(threads);
    }

    private static Goal goal(TrainingRequest request, Graph graph) {
        OnnxModel model = request.teacher();
        if (model != null && request.purpose() == Purpose.REGRESSION) {
            requireShape(graph, request.samples());
            return MatchGoal.of(model, outputs(graph), request.samples(), request.contract());
        }
        int classes = classes(graph, request.samples());
        double share = request.settings().distillation();
        double temperature = request.settings().temperature();
        if (model == null || share == 0) {
            return LabelGoal.of(classes);
        }
        Teacher teacher =
                new Teacher(model, temperature).requireFits(request.samples().shape(), classes);
        return new LabelGoal(classes, teacher, share, temperature);
    }

    private static int outputs(Graph graph) {
        Shapes shapes = Shapes.infer(graph);
        return graph.outputs().stream()
                .mapToInt(output -> (int) shapes.of(output.name()).elements())
                .sum();
    }

    private static void requireShape(Graph graph, Samples samples) {
        SampleShape expected = ModelInput.of(graph).shape();
        if (!expected.equals(samples.shape())) {
            throw new IllegalArgumentException("The model takes " + expected + ", but the samples are "
                    + samples.shape() + " (height x width x channels)");
        }
    }

    /** Number of outputs, after checking that the samples go with the graph. */
    private static int classes(Graph graph, Samples samples) {
        requireShape(graph, samples);
        int classes =
                (int) Shapes.infer(graph).of(graph.outputs().get(0).name()).elements();
        for (int i = 0; i < samples.size(); i++) {
            if (samples.label(i) < 0 || samples.label(i) >= classes) {
                throw new IllegalArgumentException("Sample " + i + " has "
                        + (samples.label(i) == Samples.NO_LABEL ? "no label" : "the label " + samples.label(i))
                        + ", but the model has " + classes + " outputs for classes from 0");
            }
        }
        return classes;
    }
}
