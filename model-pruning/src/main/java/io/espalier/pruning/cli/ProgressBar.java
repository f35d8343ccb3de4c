package io.espalier.pruning.cli;

import io.espalier.pruning.campaign.Progress;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Units;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Shows the stage that runs as a bar with the time left, and keeps a line of each stage that is done. */
final class ProgressBar implements Progress {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("import", "Bring the Keras model over"),
            Map.entry("measure", "Measure this machine"),
            Map.entry("plan", "Look at what is asked"),
            Map.entry("data", "Read the data"),
            Map.entry("select", "Choose channels"),
            Map.entry("fit", "Fit layers"),
            Map.entry("time", "Measure the best starts"),
            Map.entry("plan again", "Plan again by what was measured"),
            Map.entry("fine-tune", "Fine-tune"),
            Map.entry("train next", "Try the next best start"),
            Map.entry("stop", "Stop"),
            Map.entry("integers", "Try 8-bit integers"),
            Map.entry("evaluate", "Evaluate"),
            Map.entry("trial", "Measure the variant"));
    private static final double NANOS = 1e9;
    private static final int SECONDS_IN_MINUTE = 60;

    private final Screen screen;
    private final LongSupplier nanoTime;
    private String stage = "";
    private long began;

    ProgressBar(Screen screen, LongSupplier nanoTime) {
        this.screen = screen;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void at(String newStage, long done, long total, double secondsLeft, String message) {
        if (!newStage.equals(stage)) {
            finish();
            stage = newStage;
            began = nanoTime.getAsLong();
        }
        OptionalDouble fraction = total > 0 ? OptionalDouble.of((double) done / total) : OptionalDouble.empty();
        double left = secondsLeft >= 0 ? secondsLeft : estimate(done, total);
        screen.live(List.of(new LiveRow(words(), "", fraction, message + (left >= 0 ? ", " + timeLeft(left) : ""))));
    }

    /** The last stage is done. */
    synchronized void finish() {
        screen.live(List.of());
        if (!stage.isEmpty()) {
            screen.done(words(), Units.seconds(Duration.ofNanos(nanoTime.getAsLong() - began)));
        }
        stage = "";
    }

    /** The stage that runs ended badly. */
    synchronized void fail() {
        screen.live(List.of());
        if (!stage.isEmpty()) {
            screen.failed(words());
        }
        stage = "";
    }

    /** Seconds left at the pace so far; negative while there is none. */
    private double estimate(long done, long total) {
        if (done <= 0 || total <= 0) {
            return -1;
        }
        double elapsed = (nanoTime.getAsLong() - began) / NANOS;
        return elapsed / done * Math.max(0, total - done);
    }

    private static String timeLeft(double seconds) {
        long whole = (long) Math.ceil(seconds);
        return whole < 2 * SECONDS_IN_MINUTE
                ? whole + " s left"
                : (whole + SECONDS_IN_MINUTE - 1) / SECONDS_IN_MINUTE + " min left";
    }

    private String words() {
        String known = WORDS.get(stage);
        return known != null ? known : stage.substring(0, 1).toUpperCase(Locale.ROOT) + stage.substring(1);
    }
}
