package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.Evaluator;
import io.espalier.pruning.evaluation.OnnxClassifier;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class Dl4jTrainerTest {
    private final Dataset data = ToyImages.dataset(new SampleShape(2, 8, 8));
    private final Graph graph = TopologyZoo.graph("residual");
    private final Trainer trainer = new Dl4jTrainer(1);

    @Test
    void learnsFromRawValues() {
        TrainingResult result = trainer.train(request(TrainingSettings.of(3, 1).fromScratch()));
        assertThat(accuracy(result.onnx())).isGreaterThan(0.9);
        assertThat(result.maxDifference()).isLessThan(ExportCheck.TOLERANCE);
        assertThat(result.lastLoss()).isLessThan(1);
    }

    @Test
    void theSameSeedGivesTheSameBytes() {
        TrainingSettings settings = TrainingSettings.of(1, 42).withAugmentation(Augmentation.MIRROR_AND_SHIFT);
        assertThat(trainer.train(request(settings)).onnx())
                .isEqualTo(trainer.train(request(settings)).onnx());
    }

    @Test
    void learnsFromATeacherAlone() {
        TrainingResult taught = trainer.train(request(TrainingSettings.of(3, 1).fromScratch()));
        Dataset wronglyLabelled =
                new Dataset("00", data.classNames(), data.train().select(new int[512]), data.test());
        try (OnnxClassifier teacher = OnnxClassifier.load(taught.onnx(), 1)) {
            TrainingSettings settings = TrainingSettings.of(2, 1).withDistillation(1, 3);
            TrainingResult result = trainer.train(
                    TrainingRequest.of(taught.graph(), wronglyLabelled.train(), InputContract.RAW, settings)
                            .taughtBy(teacher));
            assertThat(result.lastLoss()).isFinite();
            assertThat(accuracy(result.onnx())).isGreaterThan(0.8);
        }
    }

    @Test
    void takesTurnsAndReportsProgress() {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        List<TrainingListener.Progress> heard = new ArrayList<>();
        trainer.train(request(TrainingSettings.of(2, 1)).watchedBy(heard::add).takingTurns(() -> {
            taken.incrementAndGet();
            assertThat(open.incrementAndGet()).isEqualTo(1);
            return open::decrementAndGet;
        }));
        assertThat(taken.get()).isGreaterThanOrEqualTo(2);
        assertThat(open.get()).isZero();
        TrainingListener.Progress last = heard.get(heard.size() - 1);
        assertThat(last.imagesDone()).isEqualTo(last.imagesTotal()).isEqualTo(4096);
    }

    @Test
    void aListenerCanEndTheRun() {
        AtomicInteger open = new AtomicInteger();
        TrainingRequest request = request(TrainingSettings.of(50, 1))
                .watchedBy(progress -> {
                    throw new IllegalStateException("cancelled");
                })
                .takingTurns(() -> {
                    open.incrementAndGet();
                    return open::decrementAndGet;
                });
        assertThatThrownBy(() -> trainer.train(request)).hasMessage("cancelled");
        assertThat(open.get()).isZero();
    }

    @Test
    void namesAnOperatorItCannotTrainThrough() {
        NetworkBuilder n = new NetworkBuilder("odd", new Random(1));
        String x = n.op("Erf", List.of(n.conv(n.input("input", 2, 8, 8), 4, 3, 1, 1)), Map.of());
        Graph odd = n.build(n.gemm(n.flatten(x), 4));
        assertThat(trainer.obstacle(odd, Purpose.CLASSIFICATION))
                .hasValueSatisfying(why -> assertThat(why).contains("Erf 'erf1'"));
        assertThat(trainer.obstacle(graph, Purpose.CLASSIFICATION)).isEmpty();
        assertThatThrownBy(() -> trainer.train(
                        TrainingRequest.of(odd, data.train(), InputContract.RAW, TrainingSettings.of(1, 1))))
                .isInstanceOf(UntrainableGraphException.class)
                .hasMessageContaining("Erf 'erf1'");
    }

    @Test
    void refusesSamplesOfAnotherShape() {
        TrainingRequest request = TrainingRequest.of(
                graph, ToyImages.samples(8, new SampleShape(1, 9, 9), 1), InputContract.RAW, TrainingSettings.of(1, 1));
        assertThatThrownBy(() -> trainer.train(request))
                .hasMessageContaining("8x8x2")
                .hasMessageContaining("9x9x1");
    }

    private TrainingRequest request(TrainingSettings settings) {
        return TrainingRequest.of(graph, data.train(), InputContract.RAW, settings);
    }

    private double accuracy(byte[] onnx) {
        try (OnnxClassifier model = OnnxClassifier.load(onnx, 1)) {
            return Evaluator.evaluate(model, data.test(), InputContract.RAW).accuracy();
        }
    }
}
