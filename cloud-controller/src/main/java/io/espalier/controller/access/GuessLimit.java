package io.espalier.controller.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down guessing: after five failures from one origin each further one doubles the wait, up to a quarter of an
 * hour. Remembers at most ten thousand origins, the least recent forgotten first.
 */
public final class GuessLimit {
    private static final int FREE_FAILURES = 5;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
    private static final int MOST_ORIGINS = 10_000;

    private final Clock clock;
    private final Map<String, Failures> origins = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_ORIGINS;
        }
    };

    public GuessLimit(Clock clock) {
        this.clock = clock;
    }

    private record Failures(int count, Instant last) {
        Duration pause() {
            if (count < FREE_FAILURES) {
                return Duration.ZERO;
            }
            int doublings = Math.min(count - FREE_FAILURES, 20);
            Duration pause = FIRST_WAIT.multipliedBy(1L << doublings);
            return pause.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : pause;
        }
    }

    /** How long this origin must still wait; empty when it may try now. */
    public synchronized Optional<Duration> waitOf(String origin) {
        Failures failures = origins.get(origin);
        if (failures == null) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), failures.last().plus(failures.pause()));
        return left.isNegative() || left.isZero() ? Optional.empty() : Optional.of(left);
    }

    public synchronized void failed(String origin) {
        Failures before = origins.get(origin);
        boolean longAgo = before != null
                && Duration.between(before.last(), clock.instant()).compareTo(LONGEST_WAIT.multipliedBy(2)) > 0;
        origins.put(origin, new Failures(before == null || longAgo ? 1 : before.count() + 1, clock.instant()));
    }

    public synchronized void succeeded(String origin) {
        origins.remove(origin);
    }
}
