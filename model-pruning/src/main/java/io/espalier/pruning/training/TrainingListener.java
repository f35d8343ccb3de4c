package io.espalier.pruning.training;

/** Hears how far a training run is. Throwing ends the run. */
@FunctionalInterface
public interface TrainingListener {
    void at(Progress progress);

    /**
     * @param loss mean over the last batches
     * @param secondsLeft at the pace so far; negative while unknown
     */
    record Progress(int epoch, int epochs, long imagesDone, long imagesTotal, double loss, double secondsLeft) {}
}
