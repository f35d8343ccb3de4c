package io.espalier.pruning.campaign;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.DatasetException;
import io.espalier.pruning.data.InputContract;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.training.Purpose;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a variant is made of and for. A classifier is measured by its data's labels; for regression the unpruned model is
 * all there is to go by.
 *
 * <p>A tenth of the training samples, at most a thousand, is set aside to choose by and never trained on. The test part
 * is for the numbers of variants that are made, and nothing is chosen by it.
 */
public record Task(
        Purpose purpose,
        BaseModel base,
        Dataset data,
        InputContract contract,
        Recipe recipe,
        Target target,
        Optional<DeviceTimings> device) {
    /** One or two would say nothing of what they have in common. */
    private static final int FEWEST_VALIDATION_SAMPLES = 8;

    private static final int MOST_VALIDATION_SAMPLES = 1000;

    public Task {
        if (data.train().size() < 2) {
            throw new DatasetException("The data set has " + data.train().size()
                    + " training sample: at least two are needed, one to train on and one to choose by");
        }
        if (!purpose.needsLabels() && recipe.precision() != AskedPrecision.FLOAT32) {
            throw new IllegalArgumentException("Integers are judged by labels: regression stays in float32");
        }
        if (purpose.needsLabels() && !data.isLabelled()) {
            throw new DatasetException("The data set has no labels, which a classifier needs");
        }
    }

    /** The same with another recipe. */
    Task with(Recipe other) {
        return new Task(purpose, base, data, contract, other, target, device);
    }

    /** Tells apart tasks that need not give the same variant. */
    public Sha256 fingerprint() {
        String text = String.join(
                "\n",
                purpose.name(),
                base.digest().hex(),
                data.digest(),
                contract.toString(),
                recipe.toString(),
                target.toString(),
                device.toString());
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Samples to choose by, of the training part. */
    public Samples validation() {
        int[] order = order();
        return data.train().select(Arrays.copyOf(order, validationSize()));
    }

    /** Samples to train on: the others, no more than the recipe allows. */
    public Samples fitting() {
        int[] order = order();
        int from = validationSize();
        int most = recipe.maxTrainSamples().orElse(Integer.MAX_VALUE);
        int to = (int) Math.min(order.length, (long) from + most);
        return data.train().select(Arrays.copyOfRange(order, from, to));
    }

    private int validationSize() {
        int size = data.train().size();
        return Math.max(Math.min(FEWEST_VALIDATION_SAMPLES, size / 2), Math.min(MOST_VALIDATION_SAMPLES, size / 10));
    }

    private int[] order() {
        return Samples.shuffled(data.train().size(), recipe.seed());
    }
}
