package io.espalier.controller;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks again until an answer is right; for states that no signal announces to a test. */
public final class Eventually {
    private static final long PATIENCE_SECONDS = 60;
    private static final long PAUSE_MILLIS = 100;

    private Eventually() {}

    public static void holds(Runnable assertion) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
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
