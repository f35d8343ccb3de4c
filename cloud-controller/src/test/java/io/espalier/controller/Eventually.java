package io.espalier.controller;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks again until an answer is right; for states that no signal announces to a test. */
public final class Eventually {
    private static final long PATIENCE_SECONDS = 60;
    private static final long PAUSE_MILLIS = 100;

    private Eventually() {}

    public static void holds(Runnable assertion) {
        holds(Duration.ofSeconds(PATIENCE_SECONDS), assertion);
    }

    /** For what takes several starts of a JVM, on a machine that is busy. */
    public static void holds(Duration patience, Runnable assertion) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                assertion.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            }
        }
    }
}
