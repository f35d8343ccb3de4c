package io.espalier.agent.replay;

import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.proto.v1.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
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

    private final Path source;
    private final ActiveModel active;
    private final TelemetryRecorder telemetry;
    private final HostTurns turns;
    private final int batch;
    private final Duration interval;
    private @Nullable SampleFile samples;
    private int position;

    public Replay(
            Path source,
            ActiveModel active,
            TelemetryRecorder telemetry,
            HostTurns turns,
            int batch,
            Duration interval) {
        this.source = source;
        this.active = active;
        this.telemetry = telemetry;
        this.turns = turns;
        this.batch = batch;
        this.interval = interval;
    }

    /** Runs until its thread is interrupted. */
    @Override
    public void run() {
        String lastComplaint = "";
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long startNanos = System.nanoTime();
                long busyNanos = 0;
                String complaint = "";
                try {
                    busyNanos = burst(samples());
                } catch (ModelUnusableException e) {
                    complaint = e.reason();
                } catch (IOException | UncheckedIOException e) {
                    complaint = String.valueOf(e.getMessage());
                }
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (!complaint.isEmpty() && !complaint.equals(lastComplaint)) {
                    LOG.warn("cannot replay ({}), trying on", complaint);
                }
                lastComplaint = complaint;
                Thread.sleep(pauseMillis(System.nanoTime() - startNanos, busyNanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opened when first needed: the file may come after the agent. */
    private SampleFile samples() throws IOException {
        if (samples == null) {
            if (!Files.exists(source)) {
                throw new NoSuchFileException("waiting for replay.source=" + source);
            }
            samples = SampleFile.open(source);
        }
        return samples;
    }

    private long pauseMillis(long spentNanos, long busyNanos) {
        long toNextBurst = interval.toNanos() - spentNanos;
        long courtesy = turns.areShared() ? SHARED_PAUSE_FACTOR * busyNanos : 0;
        return Math.max(1, Math.max(toNextBurst, courtesy) / 1_000_000);
    }

    /** One burst; answers how long the host was kept. */
    private long burst(SampleFile file) throws ModelUnusableException, IOException {
        if (active.use(model -> true).isEmpty()) {
            return 0;
        }
        try (HostTurns.Turn turn = turns.take()) {
            long startNanos = System.nanoTime();
            for (int i = 0; i < WARM_UP_RUNS + batch; i++) {
                boolean counted = i >= WARM_UP_RUNS;
                int next = position;
                position = counted ? (position + 1) % file.size() : position;
                Sample sample = file.get(next);
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
                    telemetry.label(serving.name(), serving.model().argmax() == sample.getLabel());
                }
            }
            return true;
        } catch (ModelUnusableException e) {
            telemetry.error(serving);
            throw e;
        }
    }
}
