package io.espalier.faults.controller;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what shows in an answer or in a file only, by looking again and again. */
public final class Until {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private Until() {}

    /** Whether it holds by now. */
    @FunctionalInterface
    public interface Look {
        boolean holds() throws Exception;
    }

    /** Returns as soon as it holds; throws where it does not come to that. */
    public static void holds(String what, Look look) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!look.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
        }
    }
}
