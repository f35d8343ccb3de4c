package io.espalier.agent.telemetry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.link.Causes;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.UploadLimits;
import io.espalier.proto.v1.TelemetryReceipt;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.UploadedRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Uploads signed records to the controller, one upload at a time, and counts them only when a receipt says that Kafka has
 * them: what the broker alone has may still be lost.
 */
public final class MqttTelemetrySink implements TelemetrySink {
    /** Longer than a broker and Kafka take when they work; an upload of which nothing is heard is sent again after it. */
    public static final Duration RECEIPT_TIMEOUT = Duration.ofSeconds(20);

    private final DeviceId device;
    private final RecordSigner signer;
    private final Uplink uplink;
    private final Duration timeout;
    private Awaited awaited = Awaited.NOTHING;

    /** The way to the broker. */
    @FunctionalInterface
    public interface Uplink {
        /** Done when the broker has passed it on to somebody; failed, with a reason to tell, when that cannot be any more. */
        CompletableFuture<Void> publish(byte[] upload);
    }

    /** The record whose receipt is waited for. */
    private record Awaited(long epoch, long sequence, CompletableFuture<Void> receipt) {
        static final Awaited NOTHING = new Awaited(0, 0, new CompletableFuture<>());
    }

    public MqttTelemetrySink(DeviceId device, RecordSigner signer, Uplink uplink) {
        this(device, signer, uplink, RECEIPT_TIMEOUT);
    }

    MqttTelemetrySink(DeviceId device, RecordSigner signer, Uplink uplink, Duration timeout) {
        this.device = device;
        this.signer = signer;
        this.uplink = uplink;
        this.timeout = timeout;
    }

    @Override
    public Delivery deliver(List<SpoolRecord> records) throws InterruptedException {
        TelemetryUpload upload = upload(records);
        SpoolRecord last = records.get(upload.getRecordsCount() - 1);
        CompletableFuture<Void> receipt = expect(last);
        uplink.publish(upload.toByteArray()).whenComplete((done, failure) -> {
            if (failure != null) {
                receipt.completeExceptionally(failure);
            }
        });
        try {
            receipt.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Delivery(upload.getRecordsCount(), "");
        } catch (TimeoutException e) {
            return new Delivery(0, "no receipt within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new Delivery(0, Causes.inShort(e));
        }
    }

    /** As many of the oldest as fit, and one at least. */
    private TelemetryUpload upload(List<SpoolRecord> records) {
        TelemetryUpload.Builder upload = TelemetryUpload.newBuilder();
        int bytes = 0;
        for (SpoolRecord record : records.subList(0, Math.min(records.size(), UploadLimits.MOST_RECORDS))) {
            UploadedRecord signed = signed(record);
            bytes += TelemetryUpload.newBuilder().addRecords(signed).build().getSerializedSize();
            if (bytes > UploadLimits.MOST_UPLOAD_BYTES && upload.getRecordsCount() > 0) {
                break;
            }
            upload.addRecords(signed);
        }
        return upload.build();
    }

    private UploadedRecord signed(SpoolRecord record) {
        boolean telemetry = record.kind() == SpoolRecord.Kind.TELEMETRY;
        byte[] signature = signer.sign(
                telemetry ? KafkaTopics.TYPE_TELEMETRY : KafkaTopics.TYPE_EVENT,
                KafkaTopics.eventId(device, record.epoch(), record.sequence()),
                record.body());
        return UploadedRecord.newBuilder()
                .setKind(telemetry ? UploadedRecord.Kind.KIND_TELEMETRY : UploadedRecord.Kind.KIND_EVENT)
                .setEpoch(record.epoch())
                .setSequence(record.sequence())
                .setBody(ByteString.copyFrom(record.body()))
                .setSignature(ByteString.copyFrom(signature))
                .build();
    }

    private synchronized CompletableFuture<Void> expect(SpoolRecord last) {
        awaited = new Awaited(last.epoch(), last.sequence(), new CompletableFuture<>());
        return awaited.receipt();
    }

    /** To be told of everything that comes as a receipt; one of another upload, or that is none, changes nothing. */
    public synchronized void receipt(byte[] payload) {
        try {
            TelemetryReceipt receipt = TelemetryReceipt.parseFrom(payload);
            if (receipt.getEpoch() == awaited.epoch() && receipt.getSequence() == awaited.sequence()) {
                awaited.receipt().complete(null);
            }
        } catch (InvalidProtocolBufferException e) {
            // The upload is sent again where its own receipt does not come.
        }
    }

    @Override
    public String destination() {
        return "the controller's telemetry bridge over MQTT";
    }

    @Override
    public void close() {}
}
