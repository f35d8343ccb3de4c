package io.espalier.agent.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Doubles the wait from attempt to attempt up to a limit, each shortened by up to a quarter at random. For one thread. */
public final class Backoff {
    private static final double JITTER = 0.25;

    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    public Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    public Duration next() {
        Duration wait = next;
        next = wait.multipliedBy(2).compareTo(longest) > 0 ? longest : wait.multipliedBy(2);
        return Duration.ofMillis((long) (wait.toMillis() * (1 - JITTER * random.nextDouble())));
    }

    public void reset() {
        next = first;
    }
}
