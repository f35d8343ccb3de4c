package io.espalier.controller.telemetry.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.UploadLimits;
import io.espalier.proto.v1.TelemetryReceipt;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.UploadedRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Records as a device sent them over MQTT. The topic says whose they are, as the broker lets only that device publish to it;
 * whether it also signed them is found out where all records are read.
 */
record Upload(String tenant, DeviceId device, TelemetryUpload content) {
    private static final int MOST_SIGNATURE_BYTES = 128;

    /** Throws {@link RefusedUploadException} for what no device sends. */
    static Upload of(String tenant, DeviceId device, byte[] payload) {
        if (payload.length > UploadLimits.MOST_UPLOAD_BYTES) {
            throw new RefusedUploadException(
                    RefusedUploadException.Reason.TOO_LARGE,
                    payload.length + " bytes, more than the " + UploadLimits.MOST_UPLOAD_BYTES + " it may have");
        }
        try {
            TelemetryUpload content = TelemetryUpload.parseFrom(payload);
            int records = content.getRecordsCount();
            if (records == 0 || records > UploadLimits.MOST_RECORDS) {
                throw malformed(records + " records, not 1 to " + UploadLimits.MOST_RECORDS);
            }
            content.getRecordsList().forEach(Upload::check);
            return new Upload(tenant, device, content);
        } catch (InvalidProtocolBufferException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static void check(UploadedRecord record) {
        if (record.getKind() != UploadedRecord.Kind.KIND_TELEMETRY
                && record.getKind() != UploadedRecord.Kind.KIND_EVENT) {
            throw malformed("a record of the unknown kind " + record.getKindValue());
        }
        if (record.getBody().size() > UploadLimits.MOST_RECORD_BYTES) {
            throw new RefusedUploadException(
                    RefusedUploadException.Reason.TOO_LARGE,
                    "a record of " + record.getBody().size() + " bytes, more than the " + UploadLimits.MOST_RECORD_BYTES
                            + " it may have");
        }
        if (record.getSignature().size() > MOST_SIGNATURE_BYTES) {
            throw malformed("a signature of " + record.getSignature().size() + " bytes");
        }
    }

    private static RefusedUploadException malformed(String what) {
        return new RefusedUploadException(RefusedUploadException.Reason.MALFORMED, what);
    }

    /** As the device would have produced them itself. */
    List<ProducerRecord<byte[], byte[]>> records() {
        return content.getRecordsList().stream().map(this::produced).toList();
    }

    private ProducerRecord<byte[], byte[]> produced(UploadedRecord record) {
        boolean telemetry = record.getKind() == UploadedRecord.Kind.KIND_TELEMETRY;
        ProducerRecord<byte[], byte[]> produced = new ProducerRecord<>(
                telemetry ? KafkaTopics.TELEMETRY : KafkaTopics.EVENTS,
                bytes(device.value()),
                record.getBody().toByteArray());
        Headers headers = produced.headers();
        headers.add(KafkaTopics.HEADER_SPEC_VERSION, bytes(KafkaTopics.SPEC_VERSION));
        headers.add(KafkaTopics.HEADER_ID, bytes(KafkaTopics.eventId(device, record.getEpoch(), record.getSequence())));
        headers.add(KafkaTopics.HEADER_SOURCE, bytes(KafkaTopics.source(tenant, device)));
        headers.add(KafkaTopics.HEADER_TYPE, bytes(telemetry ? KafkaTopics.TYPE_TELEMETRY : KafkaTopics.TYPE_EVENT));
        headers.add(KafkaTopics.HEADER_CONTENT_TYPE, bytes(KafkaTopics.CONTENT_TYPE));
        if (!record.getSignature().isEmpty()) {
            headers.add(KafkaTopics.HEADER_SIGNATURE, record.getSignature().toByteArray());
        }
        return produced;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Names its last record. */
    byte[] receipt() {
        UploadedRecord last = content.getRecords(content.getRecordsCount() - 1);
        return TelemetryReceipt.newBuilder()
                .setEpoch(last.getEpoch())
                .setSequence(last.getSequence())
                .build()
                .toByteArray();
    }
}
