package io.espalier.pruning.campaign;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How long a run may take, from when this was made. It is held between rounds alone, so nothing half-trained is left: no round
 * is begun that would end too late, were it as long as the longest so far. A run always does one, be it behind those of an
 * earlier run. Not for two runs, nor for two threads.
 */
public final class TimeLimit {
    private final Duration most;
    private final LongSupplier nanoTime;
    private final long start;

    private Optional<Duration> longestRound = Optional.empty();

    /** @param nanoTime as {@link System#nanoTime} */
    public TimeLimit(Duration most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** For a run that may take any time. */
    public static TimeLimit none() {
        return new TimeLimit(Duration.ofDays(365), System::nanoTime);
    }

    /** Does one round and notes how long it took. */
    <T> T round(Supplier<T> work) {
        long began = nanoTime.getAsLong();
        T made = work.get();
        Duration took = Duration.ofNanos(nanoTime.getAsLong() - began);
        longestRound = Optional.of(
                longestRound.filter(longest -> longest.compareTo(took) > 0).orElse(took));
        return made;
    }

    /** Why this round is not to be begun; empty where there is time for it. */
    Optional<Stop> before(int round, int of) {
        Duration spent = Duration.ofNanos(nanoTime.getAsLong() - start);
        return longestRound
                .filter(longest -> spent.plus(longest).compareTo(most) > 0)
                .map(longest -> new Stop.OutOfTime(round, of, spent, longest, most));
    }
}
