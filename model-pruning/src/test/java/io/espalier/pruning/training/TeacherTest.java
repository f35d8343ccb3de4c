package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Layout;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.evaluation.OnnxModel;
import io.espalier.pruning.evaluation.Outputs;
import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.onnx.OnnxWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class TeacherTest {
    private static final SampleShape SHAPE = new SampleShape(3, 32, 32);
    private static final InputContract CONTRACT = new InputContract(1 / 64.0, List.of(), List.of());
    private static final int BATCH = 64;
    private static final int WARM_UP = 5;
    private static final int MEASURED = 10;
    /** A batch of input has 768 KiB, and one of the map below 256 KiB. */
    private static final long MOST_BYTES = 32 << 10;

    private static final Samples SAMPLES = ToyImages.samples(BATCH * (WARM_UP + MEASURED), SHAPE, 1);
    private static final TrainingSettings SETTINGS =
            TrainingSettings.of(1, 3).withBatchSize(BATCH).withAugmentation(Augmentation.MIRROR_AND_SHIFT);

    @Test
    void distillingLeavesNoGarbageOfTheSizeOfABatch() {
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(classifier()), 1)) {
            assertThat(allocatedForABatch(new LabelGoal(ToyImages.CLASSES, new Teacher(model, 4), 0.5, 4)))
                    .isLessThan(MOST_BYTES);
        }
    }

    @Test
    void matchingOutputsLeavesNoGarbageOfTheSizeOfABatch() {
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(map()), 1)) {
            assertThat(allocatedForABatch(MatchGoal.of(model, 1024, SAMPLES, CONTRACT)))
                    .isLessThan(MOST_BYTES);
        }
    }

    @Test
    void softensEachRowOfItsModelsOutputs() {
        float[] planar = new float[2 * SHAPE.values()];
        float[] channelLast = new float[planar.length];
        for (int i = 0; i < 2; i++) {
            CONTRACT.write(SAMPLES, i, Layout.NCHW, planar, i * SHAPE.values());
            CONTRACT.write(SAMPLES, i, Layout.NHWC, channelLast, i * SHAPE.values());
        }
        float[] before = planar.clone();
        float[] rows = new float[2 * ToyImages.CLASSES];
        try (OnnxModel model = OnnxModel.load(OnnxWriter.write(classifier()), 1)) {
            new Teacher(model, 4).targets(planar, 2, rows);
            for (int i = 0; i < 2; i++) {
                double[] log = Outputs.logProbabilities(model.run(channelLast, 2)[i]);
                double sum =
                        DoubleStream.of(log).map(each -> Math.exp(each / 4)).sum();
                for (int c = 0; c < log.length; c++) {
                    assertThat(rows[i * log.length + c]).isCloseTo((float) (Math.exp(log[c] / 4) / sum), within(1e-6f));
                }
            }
        }
        assertThat(planar).as("the batch itself, which is trained on next").isEqualTo(before);
    }

    /** Bytes of heap that this thread takes on average to put a batch together, once memory for it is there. */
    private static long allocatedForABatch(Goal goal) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        Batches batches = new Batches(SAMPLES, CONTRACT, SETTINGS, goal);
        batches.startEpoch(0);
        for (int batch = 0; batch < WARM_UP; batch++) {
            batches.assemble(batch);
        }
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int batch = WARM_UP; batch < WARM_UP + MEASURED; batch++) {
            batches.assemble(batch);
        }
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(before).as("what the JVM can tell of allocation").isPositive();
        return allocated / MEASURED;
    }

    /** Takes its input channel last. */
    private static Graph classifier() {
        NetworkBuilder n = new NetworkBuilder("teacher", new Random(1));
        String x = n.op("Transpose", List.of(n.input("input", 32, 32, 3)), Map.of("perm", Attribute.ints(0, 3, 1, 2)));
        return n.build(n.gemm(n.flatten(n.maxPool(n.relu(n.conv(x, 8, 3, 2, 1)), 2)), ToyImages.CLASSES));
    }

    /** Gives a map of 32 x 32. */
    private static Graph map() {
        NetworkBuilder n = new NetworkBuilder("teacher", new Random(2));
        return n.build(n.conv(n.relu(n.conv(n.input("input", 3, 32, 32), 4, 3, 1, 1)), 1, 3, 1, 1));
    }
}
