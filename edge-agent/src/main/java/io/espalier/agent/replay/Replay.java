package io.espalier.agent.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.proto.v1.Sample;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the samples round and round to the serving model, a burst at a time.
 *
 * <p>A burst holds the host lock, so it is cut after a quarter of a second; where others wait for that lock, the pause after it is
 * at least nine times as long, so that several slow devices on one host leave it to its other work.
 */
public final class Replay implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final long LONGEST_BURST_NANOS = 250_000_000;
    private static final int SHARED_PAUSE_FACTOR = 9;
    private static final int WARM_UP_RUNS = 3;

    private final SampleFile samples;
    private final ActiveModel active;
    private final TelemetryRecorder telemetry;
    private final HostTurns turns;
    private final int batch;
    private final Duration interval;
    private int position;

    public Replay(
            SampleFile samples,
            ActiveModel active,
            TelemetryRecorder telemetry,
            HostTurns turns,
            int batch,
            Duration interval) {
        this.samples = samples;
        this.active = active;
        this.telemetry = telemetry;
        this.turns = turns;
        this.batch = batch;
        this.interval = interval;
    }

    /** Runs until its thread is interrupted. */
    @Override
    public void run() {
        boolean complained = false;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long startNanos = System.nanoTime();
                long busyNanos = 0;
                try {
                    busyNanos = burst();
                    complained = false;
                } catch (ModelUnusableException e) {
                    if (!complained) {
                        LOG.warn("cannot replay to the serving model: {}", e.reason());
                    }
                    complained = true;
                } catch (InvalidProtocolBufferException e) {
                    LOG.warn("sample {} of the replay source is damaged, skipped: {}", position, e.getMessage());
                    position = (position + 1) % samples.size();
                } catch (UncheckedIOException e) {
                    LOG.warn("cannot take a turn on this host: {}", e.getMessage());
                }
                Thread.sleep(pauseMillis(System.nanoTime() - startNanos, busyNanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long pauseMillis(long spentNanos, long busyNanos) {
        long toNextBurst = interval.toNanos() - spentNanos;
        long courtesy = turns.areShared() ? SHARED_PAUSE_FACTOR * busyNanos : 0;
        return Math.max(1, Math.max(toNextBurst, courtesy) / 1_000_000);
    }

    /** One burst; answers how long the host was kept. */
    private long burst() throws ModelUnusableException, InvalidProtocolBufferException {
        if (active.use(model -> true).isEmpty()) {
            return 0;
        }
        try (HostTurns.Turn turn = turns.take()) {
            long startNanos = System.nanoTime();
            for (int i = 0; i < WARM_UP_RUNS + batch; i++) {
                boolean counted = i >= WARM_UP_RUNS;
                Sample sample = samples.get(position);
                position = counted ? (position + 1) % samples.size() : position;
                active.use(model -> infer(model, sample, counted));
                if (System.nanoTime() - startNanos > LONGEST_BURST_NANOS) {
                    break;
                }
            }
            return System.nanoTime() - startNanos;
        }
    }

    /** Caches are cold after a pause; the first runs of a burst bring them back and are not counted, as in a trial. */
    private boolean infer(ServedModel serving, Sample sample, boolean counted) throws ModelUnusableException {
        serving.preparation().write(sample, serving.model().input());
        try {
            long nanos = serving.model().runNanos();
            if (counted) {
                telemetry.inference(serving, nanos);
                if (sample.hasLabel()) {
                    telemetry.label(serving, serving.model().argmax() == sample.getLabel());
                }
            }
            return true;
        } catch (ModelUnusableException e) {
            telemetry.error(serving);
            throw e;
        }
    }
}
