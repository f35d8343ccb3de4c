package io.espalier.controller.telemetry.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.UploadLimits;
import io.espalier.proto.v1.TelemetryReceipt;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.UploadedRecord;
import io.espalier.proto.v1.UploadedRecord.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class UploadForwarderTest {
    private static final Topics TOPICS = new Topics("acme");
    private static final String TELEMETRY = TOPICS.device(new DeviceId("cam"), DeviceChannel.TELEMETRY);
    private static final String RECEIPT = TOPICS.device(new DeviceId("cam"), DeviceChannel.RECEIPT);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final UploadForwarder forwarder = new UploadForwarder("acme", Clock.systemUTC(), meters);
    private final SlowKafka ends = new SlowKafka();
    private int acknowledged;

    /** Takes each record when a test says so, or none at all. */
    private static final class SlowKafka implements UploadForwarder.Ends {
        private final List<ProducerRecord<byte[], byte[]>> appended = new ArrayList<>();
        private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
        private final List<MqttMessage> published = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private Optional<Exception> away = Optional.empty();

        @Override
        public CompletableFuture<?> append(ProducerRecord<byte[], byte[]> record) {
            appended.add(record);
            CompletableFuture<Void> taken = new CompletableFuture<>();
            away.ifPresent(taken::completeExceptionally);
            waiting.add(taken);
            return taken;
        }

        @Override
        public void giveReceipt(String topic, byte[] payload) {
            published.add(new MqttMessage(topic, payload));
        }

        @Override
        public void kafkaFailed(Throwable failure) {
            failures.add(failure);
        }
    }

    private void arrives(String topic, byte[] payload) {
        forwarder.take(new MqttMessage(topic, payload), () -> acknowledged++, ends);
    }

    private static UploadedRecord.Builder record(Kind kind, long sequence) {
        return UploadedRecord.newBuilder()
                .setKind(kind)
                .setEpoch(3)
                .setSequence(sequence)
                .setBody(ByteString.copyFromUtf8("body " + sequence))
                .setSignature(ByteString.copyFromUtf8("signature " + sequence));
    }

    private static byte[] two() {
        return TelemetryUpload.newBuilder()
                .addRecords(record(Kind.KIND_TELEMETRY, 8))
                .addRecords(record(Kind.KIND_EVENT, 9))
                .build()
                .toByteArray();
    }

    private double counted(String result) {
        return meters.get("espalier.telemetry.uploads")
                .tag("result", result)
                .counter()
                .count();
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Test
    void producesEachRecordAsItsDeviceWould() {
        arrives(TELEMETRY, two());

        ProducerRecord<byte[], byte[]> telemetry = ends.appended.get(0);
        ProducerRecord<byte[], byte[]> event = ends.appended.get(1);
        assertThat(ends.appended).hasSize(2);
        assertThat(telemetry.topic()).isEqualTo(KafkaTopics.TELEMETRY);
        assertThat(new String(telemetry.key(), StandardCharsets.UTF_8)).isEqualTo("cam");
        assertThat(new String(telemetry.value(), StandardCharsets.UTF_8)).isEqualTo("body 8");
        assertThat(header(telemetry, KafkaTopics.HEADER_ID)).isEqualTo("cam/3/8");
        assertThat(header(telemetry, KafkaTopics.HEADER_TYPE)).isEqualTo(KafkaTopics.TYPE_TELEMETRY);
        assertThat(header(telemetry, KafkaTopics.HEADER_SOURCE)).isEqualTo("/espalier/acme/devices/cam");
        assertThat(header(telemetry, KafkaTopics.HEADER_SIGNATURE)).isEqualTo("signature 8");
        assertThat(event.topic()).isEqualTo(KafkaTopics.EVENTS);
        assertThat(header(event, KafkaTopics.HEADER_TYPE)).isEqualTo(KafkaTopics.TYPE_EVENT);
    }

    @Test
    void acknowledgesAndGivesAReceiptOnlyWhenKafkaHasEveryRecord() throws Exception {
        arrives(TELEMETRY, two());
        ends.waiting.get(1).complete(null);
        assertThat(acknowledged).isZero();
        assertThat(ends.published).isEmpty();

        ends.waiting.get(0).complete(null);

        assertThat(acknowledged).isEqualTo(1);
        assertThat(ends.published).hasSize(1);
        assertThat(ends.published.get(0).topic()).isEqualTo(RECEIPT);
        TelemetryReceipt receipt =
                TelemetryReceipt.parseFrom(ends.published.get(0).payload());
        assertThat(receipt.getEpoch()).isEqualTo(3);
        assertThat(receipt.getSequence()).isEqualTo(9);
        assertThat(counted("forwarded")).isEqualTo(1);
    }

    @Test
    void leavesTheMessageWithTheBrokerWhereKafkaFails() {
        arrives(TELEMETRY, two());
        ends.waiting.get(0).complete(null);
        TimeoutException away = new TimeoutException("Kafka is away");
        ends.waiting.get(1).completeExceptionally(away);

        assertThat(acknowledged).isZero();
        assertThat(ends.published).isEmpty();
        assertThat(ends.failures).containsExactly(away);
    }

    @Test
    void offersKafkaNoMoreOfAnUploadOnceARecordHasFailed() {
        TimeoutException away = new TimeoutException("no metadata");
        ends.away = Optional.of(away);

        arrives(TELEMETRY, two());

        assertThat(ends.appended).hasSize(1);
        assertThat(acknowledged).isZero();
        assertThat(ends.failures).containsExactly(away);
    }

    @Test
    void holdsUpNobodyElseForARecordThatKafkaNeverTakes() {
        arrives(TELEMETRY, two());
        ends.waiting.get(0).complete(null);
        ends.waiting.get(1).completeExceptionally(new RecordTooLargeException("too large"));

        assertThat(acknowledged).isEqualTo(1);
        assertThat(ends.published).isEmpty();
        assertThat(ends.failures).isEmpty();
        assertThat(counted("too-large")).isEqualTo(1);
    }

    @Test
    void refusesWhatIsTooLarge() {
        arrives(TELEMETRY, new byte[UploadLimits.MOST_UPLOAD_BYTES + 1]);
        arrives(
                TELEMETRY,
                upload(record(Kind.KIND_EVENT, 1)
                        .setBody(ByteString.copyFrom(new byte[UploadLimits.MOST_RECORD_BYTES + 1]))));

        assertRefused("too-large", 2);
    }

    @Test
    void refusesWhatNoDeviceSends() {
        TelemetryUpload.Builder tooMany = TelemetryUpload.newBuilder();
        for (int i = 0; i <= UploadLimits.MOST_RECORDS; i++) {
            tooMany.addRecords(record(Kind.KIND_EVENT, i));
        }
        arrives(TELEMETRY, new byte[0]);
        arrives(TELEMETRY, new byte[] {-1, -1});
        arrives(TELEMETRY, tooMany.build().toByteArray());
        arrives(TELEMETRY, upload(record(Kind.KIND_UNSPECIFIED, 1)));
        arrives(TELEMETRY, upload(record(Kind.KIND_EVENT, 1).setKindValue(77)));
        arrives(TELEMETRY, upload(record(Kind.KIND_EVENT, 1).setSignature(ByteString.copyFrom(new byte[129]))));
        arrives("espalier/v1/rival/devices/cam/telemetry", two());

        assertRefused("malformed", 7);
    }

    private static byte[] upload(UploadedRecord.Builder record) {
        return TelemetryUpload.newBuilder().addRecords(record).build().toByteArray();
    }

    private void assertRefused(String reason, int times) {
        assertThat(ends.appended).isEmpty();
        assertThat(ends.published).isEmpty();
        assertThat(acknowledged).isEqualTo(times);
        assertThat(counted(reason)).isEqualTo(times);
    }
}
