package io.espalier.pruning.training;

import java.util.OptionalDouble;

/**
 * How to train.
 *
 * @param learningRate peak of the schedule; absent lets the trainer choose
 * @param fresh the weights are random and nothing of them need be kept
 * @param distillation share of the loss that comes from the teacher, where there is one
 * @param temperature softens the outputs of teacher and student before they are compared
 * @param normalise train with batch normalisations behind the convolutions, folded again at the end
 */
public record TrainingSettings(
        int epochs,
        long seed,
        int batchSize,
        OptionalDouble learningRate,
        boolean fresh,
        Augmentation augmentation,
        double distillation,
        double temperature,
        boolean normalise) {

    public TrainingSettings {
        if (epochs < 0 || epochs > 10_000) {
            throw new IllegalArgumentException("epochs is " + epochs + ": from 0 to 10000 are allowed");
        }
        if (batchSize < 1 || batchSize > 4096) {
            throw new IllegalArgumentException("batchSize is " + batchSize + ": from 1 to 4096 are allowed");
        }
        if (learningRate.isPresent() && !(learningRate.getAsDouble() > 0 && learningRate.getAsDouble() < 10)) {
            throw new IllegalArgumentException(
                    "learningRate is " + learningRate.getAsDouble() + ": it must be above 0 and below 10");
        }
        if (!(distillation >= 0 && distillation <= 1)) {
            throw new IllegalArgumentException("distillation is " + distillation + ": it is a share from 0 to 1");
        }
        if (!(temperature >= 1 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature is " + temperature + ": from 1 to 100 are allowed");
        }
    }

    /** Batches of 64, the trainer's learning rate, no augmentation, half of the loss from the teacher. */
    public static TrainingSettings of(int epochs, long seed) {
        return new TrainingSettings(epochs, seed, 64, OptionalDouble.empty(), false, Augmentation.NONE, 0.5, 3, true);
    }

    public TrainingSettings withBatchSize(int size) {
        return new TrainingSettings(
                epochs, seed, size, learningRate, fresh, augmentation, distillation, temperature, normalise);
    }

    public TrainingSettings withLearningRate(OptionalDouble rate) {
        return new TrainingSettings(
                epochs, seed, batchSize, rate, fresh, augmentation, distillation, temperature, normalise);
    }

    /** For a network whose weights are random numbers: larger steps, and no need to keep its function. */
    public TrainingSettings fromScratch() {
        return new TrainingSettings(
                epochs, seed, batchSize, learningRate, true, augmentation, distillation, temperature, normalise);
    }

    public TrainingSettings withAugmentation(Augmentation wanted) {
        return new TrainingSettings(
                epochs, seed, batchSize, learningRate, fresh, wanted, distillation, temperature, normalise);
    }

    public TrainingSettings withDistillation(double share, double newTemperature) {
        return new TrainingSettings(
                epochs, seed, batchSize, learningRate, fresh, augmentation, share, newTemperature, normalise);
    }

    /** Trains the layers as they are: faster, but each image teaches less. */
    public TrainingSettings withoutNormalisation() {
        return new TrainingSettings(
                epochs, seed, batchSize, learningRate, fresh, augmentation, distillation, temperature, false);
    }
}
