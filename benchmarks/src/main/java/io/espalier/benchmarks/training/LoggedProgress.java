package io.espalier.benchmarks.training;

import io.espalier.pruning.training.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;

/** Says once an epoch how training goes. */
final class LoggedProgress implements TrainingListener {
    private final PrintStream log;
    private int epoch;

    LoggedProgress(PrintStream log) {
        this.log = log;
    }

    @Override
    public void at(Progress at) {
        if (at.epoch() != epoch) {
            epoch = at.epoch();
            log.printf(
                    Locale.ROOT,
                    "epoch %d of %d, loss %.3f, about %.0f s left%n",
                    at.epoch(),
                    at.epochs(),
                    at.loss(),
                    at.secondsLeft());
        }
    }
}
