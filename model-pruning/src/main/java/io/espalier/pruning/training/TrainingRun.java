package io.espalier.pruning.training;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The epochs of one training run: schedule, progress, turns, and what to do when the loss runs away. */
final class TrainingRun {
    private static final int MAX_RESTARTS = 6;
    private static final double RATE_OF_FRESH = 0.1;
    /** For a network that still does what it was trained for. */
    private static final double RATE_OF_INTACT = 0.02;
    /** For one that does no better than guessing: there is nothing to spoil and far to go. */
    private static final double RATE_OF_RUINED = 0.1;
    /** Shares of a layer's weights; times the rate they bound how far one step moves a layer. */
    private static final double LONGEST_GRADIENT_OF_FRESH = 0.5;

    private static final double LONGEST_GRADIENT_OF_TRAINED = 0.05;
    private static final long SLICE_NANOS = 1_000_000_000L;
    private static final long REPORT_NANOS = 250_000_000L;

    private final TrainableNetwork network;
    private final Batches batches;
    private final TrainingRequest request;
    private final NesterovStep step;
    private final double longestGradient;
    private LearningRateSchedule schedule;
    private double firstNorm;
    private double lastNorm;
    private int restarts;
    private double lastLoss = Double.NaN;
    private long workNanos;
    private long imagesTrained;
    private long reportedAt;

    /**
     * @param startingLoss mean loss before the first step, without a teacher beside labels; ignored where weights are
     *     random
     */
    TrainingRun(TrainableNetwork network, Batches batches, TrainingRequest request, double startingLoss) {
        this.network = network;
        this.batches = batches;
        this.request = request;
        this.step = new NesterovStep(network.parameters());
        boolean fresh = request.settings().fresh();
        double rate =
                request.settings().learningRate().orElseGet(() -> fresh ? RATE_OF_FRESH : usualRate(startingLoss));
        this.longestGradient = fresh ? LONGEST_GRADIENT_OF_FRESH : LONGEST_GRADIENT_OF_TRAINED;
        this.schedule =
                new LearningRateSchedule(rate, 0, Math.max(1, request.settings().epochs() * batches.perEpoch()));
    }

    void run() {
        for (int epoch = 0; epoch < request.settings().epochs(); epoch++) {
            INDArray good = network.parameters().dup();
            while (!runEpoch(epoch)) {
                if (++restarts > MAX_RESTARTS) {
                    throw new TrainingFailedException(
                            "The loss ran away in epoch " + (epoch + 1) + " even at a learning" + " rate of "
                                    + schedule.peak() + ": give a smaller one, or check the input contract");
                }
                schedule = schedule.halved(epoch * batches.perEpoch());
                network.parameters().assign(good);
                step.reset();
            }
            good.close();
        }
    }

    double learningRate() {
        return schedule.peak();
    }

    int restarts() {
        return restarts;
    }

    double lastLoss() {
        return lastLoss;
    }

    double imagesPerSecond() {
        return workNanos == 0 ? 0 : imagesTrained * 1e9 / workNanos;
    }

    /** Between the rates of intact and ruined networks, by the share of what a network that knows nothing would lose. */
    private double usualRate(double startingLoss) {
        double ruin = Math.min(1, startingLoss / batches.goal().untaught().ignorance());
        return Math.pow(RATE_OF_INTACT, 1 - ruin) * Math.pow(RATE_OF_RUINED, ruin);
    }

    /** Whether the loss stayed within bounds. */
    private boolean runEpoch(int epoch) {
        try (BatchesAhead ahead = new BatchesAhead(batches, epoch)) {
            return runEpoch(epoch, ahead);
        }
    }

    private boolean runEpoch(int epoch, BatchesAhead ahead) {
        int batch = 0;
        double sum = 0;
        double recent = 0;
        double early = 0;
        while (batch < batches.perEpoch()) {
            try (Turns.Turn turn = request.turns().take()) {
                long began = System.nanoTime();
                long now = began;
                while (batch < batches.perEpoch() && now - began < SLICE_NANOS) {
                    double loss = trainBatch(ahead.take(), epoch * batches.perEpoch() + batch);
                    batch++;
                    sum += loss;
                    recent = batch == 1 ? loss : 0.95 * recent + 0.05 * loss;
                    early = batch <= 5 ? Math.max(early, recent) : early;
                    if (!Double.isFinite(loss) || ranAway(recent, early)) {
                        return false;
                    }
                    now = System.nanoTime();
                    report(epoch, batch, recent, now - began);
                }
                workNanos += now - began;
            }
        }
        lastLoss = sum / batches.perEpoch();
        return true;
    }

    /** Far above where it began, as bad as guessing after it was clearly better, or guessing without a gradient left. */
    private boolean ranAway(double recent, double early) {
        double chance = batches.goal().ignorance();
        return recent > 3 * Math.max(early, chance)
                || (early < 0.7 * chance && recent > 0.97 * chance)
                || (Math.abs(recent / chance - 1) < 0.05 && lastNorm < 1e-3 * firstNorm);
    }

    private double trainBatch(Batch batch, int globalStep) {
        double loss = network.computeGradients(batch.values(), batches.inputShape(), batch.targets());
        if (Double.isFinite(loss)) {
            double norm = network.clipGradients(batches.size(), longestGradient);
            firstNorm = firstNorm == 0 ? norm : firstNorm;
            lastNorm = norm;
            step.apply(network.parameters(), network.gradients(), batches.size(), schedule.at(globalStep));
        }
        imagesTrained += batches.size();
        return loss;
    }

    private void report(int epoch, int batch, double loss, long sliceNanos) {
        long now = System.nanoTime();
        int epochs = request.settings().epochs();
        long total = (long) epochs * batches.perEpoch() * batches.size();
        long done = ((long) epoch * batches.perEpoch() + batch) * batches.size();
        if (now - reportedAt < REPORT_NANOS && done < total) {
            return;
        }
        reportedAt = now;
        double pace = (workNanos + sliceNanos) / 1e9 / Math.max(1, imagesTrained);
        request.listener()
                .at(new TrainingListener.Progress(epoch + 1, epochs, done, total, loss, pace * (total - done)));
    }
}
