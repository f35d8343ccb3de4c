package io.espalier.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.telemetry.SpoolRecord.Kind;
import io.espalier.agent.telemetry.TelemetrySink.Delivery;
import io.espalier.agent.toys.ManualClock;
import io.espalier.proto.DeviceId;
import io.espalier.proto.UploadLimits;
import io.espalier.proto.v1.TelemetryReceipt;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.UploadedRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MqttTelemetrySinkTest {
    private static final Duration SOON = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private final List<TelemetryUpload> uploads = new ArrayList<>();
    private Function<TelemetryUpload, CompletableFuture<Void>> broker = this::takesAndGivesAReceipt;
    private final MqttTelemetrySink sink = new MqttTelemetrySink(
            new DeviceId("cam"),
            (type, eventId, body) -> (type + " " + eventId).getBytes(StandardCharsets.UTF_8),
            this::publish,
            SOON);

    private CompletableFuture<Void> publish(byte[] payload) {
        try {
            TelemetryUpload upload = TelemetryUpload.parseFrom(payload);
            uploads.add(upload);
            return broker.apply(upload);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<Void> takesAndGivesAReceipt(TelemetryUpload upload) {
        UploadedRecord last = upload.getRecords(upload.getRecordsCount() - 1);
        sink.receipt(receipt(last.getEpoch(), last.getSequence()));
        return CompletableFuture.completedFuture(null);
    }

    private static byte[] receipt(long epoch, long sequence) {
        return TelemetryReceipt.newBuilder()
                .setEpoch(epoch)
                .setSequence(sequence)
                .build()
                .toByteArray();
    }

    private static SpoolRecord record(Kind kind, long sequence, int bytes) {
        return new SpoolRecord(kind, 9, sequence, 0, new byte[bytes]);
    }

    @Test
    void uploadsInOrderAndSigned() throws Exception {
        Delivery delivery = sink.deliver(List.of(record(Kind.TELEMETRY, 4, 10), record(Kind.EVENT, 5, 20)));

        assertThat(delivery).isEqualTo(new Delivery(2, ""));
        assertThat(uploads).hasSize(1);
        UploadedRecord first = uploads.get(0).getRecords(0);
        UploadedRecord second = uploads.get(0).getRecords(1);
        assertThat(first.getKind()).isEqualTo(UploadedRecord.Kind.KIND_TELEMETRY);
        assertThat(first.getSignature().toStringUtf8()).isEqualTo("io.espalier.telemetry.v1 cam/9/4");
        assertThat(first.getBody().size()).isEqualTo(10);
        assertThat(second.getKind()).isEqualTo(UploadedRecord.Kind.KIND_EVENT);
        assertThat(second.getSignature().toStringUtf8()).isEqualTo("io.espalier.event.v1 cam/9/5");
        assertThat(second.getEpoch()).isEqualTo(9);
        assertThat(second.getSequence()).isEqualTo(5);
    }

    @Test
    void keepsWhatTheBrokerHasUntilTheReceiptComes() throws Exception {
        broker = upload -> CompletableFuture.completedFuture(null);

        assertThat(sink.deliver(List.of(record(Kind.EVENT, 1, 1)))).isEqualTo(new Delivery(0, "no receipt within 0 s"));
    }

    @Test
    void believesNoReceiptOfAnotherUploadAndNoneThatIsNone() throws Exception {
        broker = upload -> {
            sink.receipt(receipt(8, 1));
            sink.receipt(receipt(9, 2));
            sink.receipt(new byte[] {-1});
            return CompletableFuture.completedFuture(null);
        };

        assertThat(sink.deliver(List.of(record(Kind.EVENT, 1, 1))).acknowledged())
                .isZero();
    }

    @Test
    void saysAtOnceWhyTheBrokerDidNotTakeIt() throws Exception {
        broker = upload -> CompletableFuture.failedFuture(new IOException("nobody listens"));

        assertThat(sink.deliver(List.of(record(Kind.EVENT, 1, 1)))).isEqualTo(new Delivery(0, "nobody listens"));
    }

    @Test
    void uploadsAsManyAsFitInOneMessage() throws Exception {
        int most = (UploadLimits.MOST_UPLOAD_BYTES - 500) / 2;

        Delivery delivery = sink.deliver(List.of(
                record(Kind.TELEMETRY, 1, most), record(Kind.TELEMETRY, 2, most), record(Kind.TELEMETRY, 3, most)));

        assertThat(delivery).isEqualTo(new Delivery(2, ""));
        assertThat(uploads.get(0).getSerializedSize()).isLessThanOrEqualTo(UploadLimits.MOST_UPLOAD_BYTES);
    }

    @Test
    void hasRoomForTheLargestRecord() throws Exception {
        sink.deliver(List.of(record(Kind.TELEMETRY, 1, UploadLimits.MOST_RECORD_BYTES)));

        assertThat(uploads.get(0).getSerializedSize()).isLessThanOrEqualTo(UploadLimits.MOST_UPLOAD_BYTES);
    }

    @Test
    void drainsTheSpoolInOrderWhateverIsLostOnTheWay() throws Exception {
        ManualClock clock = new ManualClock(1_000_000);
        Spool spool = Spool.open(
                folder,
                new Spool.Limits(1 << 20, Duration.ofHours(1)),
                new Epochs(folder.resolve("epoch"), clock),
                clock);
        for (int i = 0; i < 300; i++) {
            spool.append(Kind.TELEMETRY, (epoch, sequence, dropped) -> new byte[3_000]);
        }
        SplittableRandom chance = new SplittableRandom(7);
        List<Long> arrived = new ArrayList<>();
        broker = upload -> {
            int fate = chance.nextInt(3);
            if (fate == 0) {
                return CompletableFuture.failedFuture(new IOException("away"));
            }
            upload.getRecordsList().forEach(each -> arrived.add(each.getSequence()));
            // With the second fate it arrives, and the receipt is lost.
            return fate == 1 ? CompletableFuture.completedFuture(null) : takesAndGivesAReceipt(upload);
        };
        SpoolDrain drain = new SpoolDrain(
                spool, sink, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15), chance), wait -> {});

        while (spool.usage().records() > 0) {
            drain.step();
        }

        assertThat(arrived.stream().distinct())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 300).boxed().toList());
        assertThat(arrived).hasSizeGreaterThan(300);
        assertThat(spool.dropped()).isZero();
        assertThat(drain.reachesItsSink()).isTrue();
    }
}
