package io.espalier.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.agent.link.Backoff;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.toys.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolDrainTest {
    private static final Duration OUTAGE = Duration.ofHours(24);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(1_000_000);
    private final List<Duration> waits = new ArrayList<>();
    private final List<Long> arrived = new ArrayList<>();
    private final Instant back = clock.instant().plus(OUTAGE);
    private Instant nextWindow = clock.instant();
    private long windows;

    @Test
    void drainsADayInOrderOnceItsSinkIsBackAndPesteredItLittleBefore() throws Exception {
        Spool spool = Spool.open(
                folder,
                new Spool.Limits(16 << 20, Duration.ofHours(168)),
                new Epochs(folder.resolve("epoch"), clock),
                clock);
        SpoolDrain drain = new SpoolDrain(
                spool, new AwaySink(), new Backoff(Duration.ofSeconds(1), LONGEST, new SplittableRandom(7)), wait -> {
                    waits.add(wait);
                    clock.advance(wait);
                    spoolWindowsThatAreDue(spool);
                });
        spoolWindowsThatAreDue(spool);
        assertThat(drain.reachesItsSink()).isFalse();

        while (clock.instant().isBefore(back)) {
            drain.step();
        }
        int tries = waits.size();
        while (spool.usage().records() > 0) {
            drain.step();
        }

        assertThat(arrived)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, windows).boxed().toList());
        assertThat(spool.dropped()).isZero();
        assertThat(drain.reachesItsSink()).isTrue();
        assertThat(waits).hasSize(tries);
        assertThat(waits.subList(4, tries))
                .allSatisfy(wait ->
                        assertThat(wait).isBetween(LONGEST.multipliedBy(3).dividedBy(4), LONGEST));
        assertThat(new HashSet<>(waits)).hasSizeGreaterThan(100);
        assertThat(tries).isLessThan((int) (OUTAGE.toSeconds() * 4 / (3 * LONGEST.toSeconds())) + 10);
    }

    private void spoolWindowsThatAreDue(Spool spool) {
        while (!nextWindow.isAfter(clock.instant())) {
            spool.append(SpoolRecord.Kind.TELEMETRY, (epoch, sequence, dropped) -> new byte[500]);
            nextWindow = nextWindow.plus(WINDOW);
            windows++;
        }
    }

    /** Cannot be reached before {@link #back}. */
    private final class AwaySink implements TelemetrySink {
        @Override
        public Delivery deliver(List<SpoolRecord> records) {
            if (clock.instant().isBefore(back)) {
                return new Delivery(0, "away");
            }
            records.forEach(record -> arrived.add(record.sequence()));
            return new Delivery(records.size(), "");
        }

        @Override
        public String destination() {
            return "a sink that is away";
        }

        @Override
        public void close() {}
    }
}
