package io.espalier.controller.telemetry.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.espalier.controller.telemetry.LatencyHistogram;
import io.espalier.controller.telemetry.MalformedTelemetryException;
import io.espalier.controller.telemetry.Tally;
import io.espalier.controller.telemetry.TelemetryWindow;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:30Z");

    @Test
    void readsAWindow() {
        TelemetryWindow window = RecordDecoder.window("d", good().build().toByteArray(), NOW);

        assertThat(window.inferences()).isEqualTo(10);
        assertThat(window.minute()).isEqualTo(Instant.parse("2026-11-01T12:00:00Z"));
    }

    @Test
    void takesLabelsThatCameAfterTheWindowOfTheirAnswers() {
        ByteString noLatencies = ByteString.copyFrom(LatencyHistogram.empty().encode());
        byte[] labelsOnly =
                good().setInferences(0).setLatencyHistogram(noLatencies).build().toByteArray();

        Tally tally = Tally.empty();
        tally.add(RecordDecoder.window(
                "d", good().setLabelled(0).setCorrect(0).build().toByteArray(), NOW));
        tally.add(RecordDecoder.window("d", labelsOnly, NOW));

        assertThat(tally.summary().inferences()).isEqualTo(10);
        assertThat(tally.summary().accuracy()).isEqualTo(0.9);
    }

    @Test
    void refusesARecordUnderTheKeyOfAnotherDevice() {
        assertThatThrownBy(() -> RecordDecoder.window("other", good().build().toByteArray(), NOW))
                .isInstanceOf(MalformedTelemetryException.class)
                .hasMessageContaining("\"other\"");
        assertThatThrownBy(() -> RecordDecoder.window(null, good().build().toByteArray(), NOW))
                .isInstanceOf(MalformedTelemetryException.class);
    }

    @Test
    void refusesWhatNoDatabaseWouldTake() {
        assertRefused(good().setFromMillis(Long.MAX_VALUE));
        assertRefused(good().setFromMillis(0));
        assertRefused(good().setInferences(-1));
        assertRefused(good().setCorrect(11));
        assertRefused(good().setLatencyHistogram(latencies(1_000_000_000_001L)));
        assertRefused(good().setVariantDigest("not a digest"));
        assertRefused(good().setDeviceId("../x"));
        assertRefused(good().setLatencyHistogram(ByteString.copyFromUtf8("nonsense")));
    }

    @Test
    void refusesBytesThatAreNoMessage() {
        assertThatThrownBy(() -> RecordDecoder.window("d", new byte[] {1, 2, 3}, NOW))
                .isInstanceOf(MalformedTelemetryException.class);
    }

    @Test
    void makesTheTextOfAnEventStorable() {
        Event event = Event.newBuilder()
                .setDeviceId("d")
                .setAtMillis(NOW.toEpochMilli())
                .setKind(Event.Kind.KIND_ERROR)
                .setText("a\0b" + "x".repeat(5000))
                .putAttributes("k\0", "v")
                .build();

        var occurrence = RecordDecoder.occurrence("d", event.toByteArray(), NOW);

        assertThat(occurrence.kind()).isEqualTo("error");
        assertThat(occurrence.text()).startsWith("a b").hasSize(2000);
        assertThat(occurrence.attributes()).containsOnlyKeys("k ");
    }

    private static ByteString latencies(long count) {
        Histogram histogram = new Histogram(1, 1_000_000, 3);
        histogram.recordValueWithCount(1000, count);
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        return ByteString.copyFrom(buffer.array(), 0, histogram.encodeIntoCompressedByteBuffer(buffer));
    }

    private static void assertRefused(TelemetryBatch.Builder batch) {
        assertThatThrownBy(() ->
                        RecordDecoder.window(batch.getDeviceId(), batch.build().toByteArray(), NOW))
                .isInstanceOf(MalformedTelemetryException.class);
    }

    private static TelemetryBatch.Builder good() {
        LatencyHistogram histogram = LatencyHistogram.empty();
        histogram.recordMicros(1000);
        return TelemetryBatch.newBuilder()
                .setDeviceId("d")
                .setEpoch(1)
                .setSequence(1)
                .setFromMillis(NOW.toEpochMilli())
                .setToMillis(NOW.plusSeconds(5).toEpochMilli())
                .setVariantDigest("a".repeat(64))
                .setLatencyHistogram(ByteString.copyFrom(histogram.encode()))
                .setInferences(10)
                .setLabelled(10)
                .setCorrect(9);
    }
}
