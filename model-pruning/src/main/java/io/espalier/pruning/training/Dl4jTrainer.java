package io.espalier.pruning.training;

import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.evaluation.ModelInput;
import io.espalier.pruning.graph.BatchNormFolding;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Shapes;
import io.espalier.pruning.graph.Tensor;
import io.espalier.pruning.graph.ValueInfo;
import io.espalier.pruning.onnx.OnnxWriter;
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
    public Optional<String> obstacle(Graph graph) {
        try {
            Lowering.lower(BatchNormFolding.fold(graph), new SoftTargetLoss(0, 1), 1, true);
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
            int classes = classes(graph, request.samples());
            double share = request.teacher() == null ? 0 : settings.distillation();
            Teacher teacher = share == 0 || request.teacher() == null
                    ? null
                    : new Teacher(request.teacher(), settings.temperature())
                            .requireFits(request.samples().shape(), classes);
            Batches batches = new Batches(request.samples(), request.contract(), settings, classes, teacher);
            TrainableNetwork network = TrainableNetwork.of(
                    graph,
                    new SoftTargetLoss(share, settings.temperature()),
                    batches.inputMagnitude(),
                    settings.normalise() && settings.epochs() > 0,
                    settings.fresh());
            double startingLoss = settings.fresh() ? Double.NaN : network.adopt(batches.unaugmented());
            network.keepZero(request.masks());
            TrainingRun run = new TrainingRun(network, batches, request, classes, startingLoss);
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
                            classes,
                            null));
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
    public Map<String, Tensor> gradients(Graph graph, Samples samples, InputContract contract, int batchSize) {
        synchronized (ONE_AT_A_TIME) {
            useThreads();
            Graph folded = BatchNormFolding.fold(graph);
            int classes = classes(folded, samples);
            TrainingSettings settings = TrainingSettings.of(1, 0).withBatchSize(batchSize);
            Batches batches = new Batches(samples, contract, settings, classes, null);
            TrainableNetwork network =
                    TrainableNetwork.of(folded, new SoftTargetLoss(0, 1), batches.inputMagnitude(), false, false);
            INDArray sum = network.parameters().ulike().assign(0);
            batches.startEpoch(0);
            for (int batch = 0; batch < batches.perEpoch(); batch++) {
                batches.assemble(batch);
                network.computeGradients(batches.values(), batches.inputShape(), batches.targets());
                sum.addi(network.gradients());
            }
            sum.divi((double) batches.perEpoch() * batches.size());
            return network.gradientTensors(sum, folded);
        }
    }

    private void useThreads() {
        Nd4j.getBlasWrapper();
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        Nd4j.factory().blas().setMaxThreads(threads);
    }

    /** Number of outputs, after checking that the samples go with the graph. */
    private static int classes(Graph graph, Samples samples) {
        ValueInfo input = graph.onlyInput();
        SampleShape expected = ModelInput.of(
                        input.name(),
                        input.shape().dims().stream().map(Integer::longValue).toList())
                .shape();
        if (!expected.equals(samples.shape())) {
            throw new IllegalArgumentException("The model takes " + expected + ", but the samples are "
                    + samples.shape() + " (height x width x channels)");
        }
        int classes =
                (int) Shapes.infer(graph).of(graph.outputs().get(0).name()).elements();
        for (int i = 0; i < samples.size(); i++) {
            if (samples.label(i) >= classes) {
                throw new IllegalArgumentException("Sample " + i + " has the label " + samples.label(i)
                        + ", but the model has " + classes + " outputs");
            }
        }
        return classes;
    }
}
