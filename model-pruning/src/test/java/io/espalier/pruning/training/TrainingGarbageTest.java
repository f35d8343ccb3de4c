package io.espalier.pruning.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.SampleShape;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.data.ToyImages;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainingGarbageTest {
    private static final SampleShape SHAPE = new SampleShape(3, 32, 32);
    private static final int BATCH = 128;
    private static final int STEPS = 5;
    private static final long BATCH_BYTES = (long) BATCH * SHAPE.values() * Float.BYTES;

    /** DL4J's own objects for a pass through a network of this depth take a quarter of this batch, and no more where batches are larger. */
    @Test
    void aTrainingStepLeavesNothingOfTheSizeOfABatch() {
        allocatedInSteps(STEPS); // Classes are loaded by now.
        long fewer = allocatedInSteps(STEPS);
        long more = allocatedInSteps(2 * STEPS);
        assertThat((more - fewer) / STEPS)
                .as("bytes of heap for a step")
                .isPositive()
                .isLessThan(BATCH_BYTES / 2);
    }

    /** Bytes that an epoch of so many steps takes on the thread that trains: what an epoch takes once is among them. */
    private static long allocatedInSteps(int steps) {
        Samples samples = ToyImages.samples(BATCH * steps, SHAPE, 1);
        TrainingSettings settings =
                TrainingSettings.of(1, 3).withBatchSize(BATCH).fromScratch();
        Goal goal = LabelGoal.of(ToyImages.CLASSES);
        Batches batches = new Batches(samples, InputContract.RAW, settings, goal);
        TrainableNetwork network = TrainableNetwork.of(network(), goal, batches.inputMagnitude(), true, true);
        TrainingRun run = new TrainingRun(
                network, batches, TrainingRequest.of(network(), samples, InputContract.RAW, settings), Double.NaN);

        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        run.run();
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(run.restarts()).isZero();
        return allocated;
    }

    private static Graph network() {
        NetworkBuilder n = new NetworkBuilder("small", new Random(1));
        String x = n.relu(n.conv(n.input("input", 3, 32, 32), 8, 3, 2, 1));
        return n.build(n.gemm(n.flatten(n.maxPool(n.relu(n.conv(x, 8, 3, 1, 1)), 2)), ToyImages.CLASSES));
    }
}
