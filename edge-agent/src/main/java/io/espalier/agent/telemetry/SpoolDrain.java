package io.espalier.agent.telemetry;

import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Reachability;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the spool to the sink, oldest first, for ever. A message leaves the spool only once the sink has it for good. */
public final class SpoolDrain implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDrain.class);
    private static final int BATCH = 64;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Spool spool;
    private final TelemetrySink sink;
    private final Backoff backoff;
    private final Reachability reachability;
    private final Pause pause;

    /** Waits between two attempts. */
    @FunctionalInterface
    interface Pause {
        void of(Duration wait) throws InterruptedException;
    }

    public SpoolDrain(Spool spool, TelemetrySink sink, Backoff backoff) {
        this(spool, sink, backoff, wait -> Thread.sleep(wait.toMillis()));
    }

    SpoolDrain(Spool spool, TelemetrySink sink, Backoff backoff, Pause pause) {
        this.pause = pause;
        this.spool = spool;
        this.sink = sink;
        this.backoff = backoff;
        this.reachability = new Reachability(sink.destination());
    }

    /** Whether the last delivery arrived. */
    public boolean reachesItsSink() {
        return reachability.isReached();
    }

    /** Runs until its thread is interrupted. */
    @Override
    public void run() {
        try (sink) {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    step();
                } catch (IOException e) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    Duration wait = backoff.next();
                    LOG.warn("cannot use the telemetry spool ({}), retrying in {} s", e, wait.toSeconds());
                    pause.of(wait);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void step() throws IOException, InterruptedException {
        List<SpoolRecord> oldest = spool.awaitOldest(BATCH, IDLE);
        if (oldest.isEmpty()) {
            return;
        }
        TelemetrySink.Delivery delivery = sink.deliver(oldest);
        if (delivery.acknowledged() > 0) {
            spool.acknowledge(oldest.get(delivery.acknowledged() - 1).sequence());
        }
        if (delivery.problem().isEmpty()) {
            backoff.reset();
            reachability.reached();
        } else {
            Duration wait = backoff.next();
            reachability.lost(delivery.problem(), wait);
            pause.of(wait);
        }
    }
}
