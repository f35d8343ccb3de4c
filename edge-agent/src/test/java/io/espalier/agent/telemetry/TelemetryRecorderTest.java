package io.espalier.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.toys.ManualClock;
import io.espalier.agent.toys.ToyRuntime;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryRecorderTest {
    private static final Spool.Limits LIMITS = new Spool.Limits(1 << 20, Duration.ofHours(1));

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(1_000);
    private Spool spool;
    private TelemetryRecorder recorder;

    @BeforeEach
    void open() throws Exception {
        spool = Spool.open(folder, LIMITS, new Epochs(folder.resolve("epoch"), clock), clock);
        recorder = new TelemetryRecorder(new DeviceId("d"), spool, clock);
    }

    @Test
    void closesAWindowPerVariant() throws Exception {
        try (ServedModel one = ToyRuntime.serving(1);
                ServedModel two = ToyRuntime.serving(2)) {
            recorder.inference(one, 1_000);
            recorder.label(one.name(), true);
            recorder.inference(one, 3_000);
            recorder.label(one.name(), false);
            recorder.error(one);
            recorder.inference(two, 5_000);
            clock.advance(Duration.ofSeconds(5));

            recorder.roll();
            recorder.roll();

            List<SpoolRecord> records = spool.awaitOldest(10, Duration.ZERO);
            TelemetryBatch first = TelemetryBatch.parseFrom(records.get(0).body());
            assertThat(records).hasSize(2);
            assertThat(first.getVariantDigest()).isEqualTo(one.variant().getVariantDigest());
            assertThat(first.getArtifactDigest()).isEqualTo("artifact-1.0");
            assertThat(first.getInferences()).isEqualTo(2);
            assertThat(first.getLabelled()).isEqualTo(2);
            assertThat(first.getCorrect()).isEqualTo(1);
            assertThat(first.getErrors()).isEqualTo(1);
            assertThat(first.getToMillis() - first.getFromMillis()).isEqualTo(5_000);
            assertThat(first.getSequence()).isEqualTo(records.get(0).sequence());
            Histogram nanos = Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(first.getLatencyHistogram().toByteArray()), 0);
            assertThat(nanos.getMaxValue()).isCloseTo(3_000, within(3L));
        }
    }

    @Test
    void takesInferencesWhileTheDiskIsBusy() throws Exception {
        try (ServedModel model = ToyRuntime.serving(1)) {
            recorder.inference(model, 1_000);
            Thread rolling = new Thread(recorder::roll);
            synchronized (spool) {
                rolling.start();
                while (rolling.getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                }
                CompletableFuture.runAsync(() -> recorder.inference(model, 2_000))
                        .get(10, TimeUnit.SECONDS);
            }
            rolling.join();
            recorder.roll();

            List<SpoolRecord> records = spool.awaitOldest(10, Duration.ZERO);
            assertThat(records).hasSize(2);
            assertThat(TelemetryBatch.parseFrom(records.get(1).body()).getInferences())
                    .isEqualTo(1);
        }
    }

    @Test
    void spoolsEvents() throws Exception {
        recorder.event(Event.Kind.KIND_STARTED, "started", Map.of("a", "b"));

        SpoolRecord record = spool.awaitOldest(1, Duration.ZERO).get(0);

        assertThat(record.kind()).isEqualTo(SpoolRecord.Kind.EVENT);
        assertThat(Event.parseFrom(record.body()).getText()).isEqualTo("started");
    }

    @Test
    void drainsInOrderAndSendsAgainWhatWasNotAcknowledged() throws Exception {
        for (int i = 0; i < 5; i++) {
            recorder.event(Event.Kind.KIND_STARTED, "event " + i, Map.of());
        }
        FlakySink sink = new FlakySink();
        Thread drain = new Thread(new SpoolDrain(
                spool, sink, new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), new SplittableRandom(1))));
        drain.start();
        sink.awaitAcknowledged(5);
        drain.interrupt();
        drain.join();

        assertThat(sink.safe).extracting(SpoolRecord::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(sink.attempts).isGreaterThan(2);
        assertThat(sink.closed).isTrue();
        Spool reopened = Spool.open(folder, LIMITS, new Epochs(folder.resolve("epoch"), clock), clock);
        assertThat(reopened.awaitOldest(10, Duration.ZERO)).isEmpty();
    }

    /** Fails at first, then takes two at a time. */
    private static final class FlakySink implements TelemetrySink {
        private final List<SpoolRecord> safe = new ArrayList<>();
        private int attempts;
        private boolean closed;

        @Override
        public synchronized Delivery deliver(List<SpoolRecord> records) {
            if (attempts++ == 0) {
                return new Delivery(0, "not yet");
            }
            int taken = Math.min(2, records.size());
            safe.addAll(records.subList(0, taken));
            notifyAll();
            return new Delivery(taken, taken == records.size() ? "" : "full");
        }

        synchronized void awaitAcknowledged(int count) throws InterruptedException {
            while (safe.size() < count) {
                wait();
            }
        }

        @Override
        public String destination() {
            return "a flaky sink";
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
