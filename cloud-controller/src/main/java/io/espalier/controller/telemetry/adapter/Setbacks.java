package io.espalier.controller.telemetry.adapter;

/** Failures one after the other, so that each is told once and tried again ever less often. Of one thread only. */
final class Setbacks {
    static final long LONGEST_PAUSE_MILLIS = 15_000;

    private static final long FIRST_PAUSE_MILLIS = 500;

    private String last = "";
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    /** Whether it is another than the one before; from then on it is the one before. */
    boolean isNews(String why) {
        boolean news = !why.equals(last);
        last = why;
        return news;
    }

    /** How long to wait now: twice as long as before, and never longer than {@link #LONGEST_PAUSE_MILLIS}. */
    long nextPauseMillis() {
        long pause = pauseMillis;
        pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
        return pause;
    }

    /** The next failure is a first one again. */
    void goesWell() {
        last = "";
        pauseMillis = FIRST_PAUSE_MILLIS;
    }
}
