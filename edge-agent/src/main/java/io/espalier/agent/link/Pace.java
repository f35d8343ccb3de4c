package io.espalier.agent.link;

import java.io.IOException;
import java.time.Duration;

/**
 * How fast a body has to come: whoever sends less ties up a device for as long as he likes.
 *
 * @param leastBytes in every whole window
 */
public record Pace(Duration window, long leastBytes) {
    /** 4 kB/s, which is slower than any line that could bring a body of many megabytes. */
    public static final Pace USUAL = new Pace(Duration.ofSeconds(30), 120_000);

    public Pace {
        if (window.isNegative() || window.isZero() || leastBytes < 1) {
            throw new IllegalArgumentException("A pace of " + leastBytes + " bytes in " + window + " is not one");
        }
    }

    Watch watch(long nowNanos) {
        return new Watch(nowNanos);
    }

    /** Counts what comes. For one thread. */
    final class Watch {
        private long windowEndsNanos;
        private long bytes;

        private Watch(long nowNanos) {
            windowEndsNanos = nowNanos + window.toNanos();
        }

        /** How long may still be waited before {@link #check} has to be asked. */
        long leftNanos(long nowNanos) {
            return Math.max(0, windowEndsNanos - nowNanos);
        }

        void came(long more) {
            bytes += more;
        }

        /** Throws where a window has ended with too little in it. */
        void check(long nowNanos) throws IOException {
            if (nowNanos - windowEndsNanos < 0) {
                return;
            }
            if (bytes < leastBytes) {
                throw new IOException("too slow: " + bytes + " bytes within " + window.toMillis() + " ms, at least "
                        + leastBytes + " are expected");
            }
            bytes = 0;
            windowEndsNanos = nowNanos + window.toNanos();
        }
    }
}
