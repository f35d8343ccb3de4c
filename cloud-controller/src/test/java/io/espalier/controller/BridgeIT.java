package io.espalier.controller;

import static io.espalier.controller.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.google.protobuf.ByteString;
import io.espalier.proto.DeviceId;
import io.espalier.proto.KafkaTopics;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.UploadLimits;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.UploadedRecord;
import io.espalier.tls.CertificateRequest;
import io.espalier.tls.TelemetrySignature;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Telemetry on its way from MQTT through Kafka into the database. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class BridgeIT {
    private static final String VARIANT = Sha256.of(new byte[] {77}).hex();

    @Inject
    @ConfigProperty(name = "espalier.mqtt.url")
    String mqttUrl;

    @Inject
    MeterRegistry meters;

    private final DeviceId device = new DeviceId("bridge-" + UUID.randomUUID());
    private final KeyPair key = CertificateRequest.drawKey(new SecureRandom());

    @Test
    void countsWhatCameOverMqttOnceAndOnlyIfItsDeviceSignedIt() throws Exception {
        Operator.enrol(device.value(), "default", Csr.of(key));
        KeyPair another = CertificateRequest.drawKey(new SecureRandom());
        double forged = putAside("wrongly-signed");
        double unreadable = putAside("unreadable");
        try (FakeAgent agent = new FakeAgent(device.value(), mqttUrl)) {
            agent.upload(upload(window(device, 1, key), event(2, "Switched.", key)));
            agent.upload(upload(window(device, 1, key), event(2, "Switched.", key)));
            agent.upload(upload(window(device, 3, key)));
            agent.upload(upload(window(device, 4, another), event(5, "Forged.", another)));
            agent.upload(upload(window(new DeviceId("somebody-else"), 6, key)));
            agent.upload(upload(window(device, 7, key), event(8, "Last.", key)));
        }

        Eventually.holds(() -> operator()
                .get("/api/v1/devices/" + device + "/telemetry?minutes=60")
                .then()
                .body("byVariant", hasSize(1))
                .body("byVariant[0].inferences", is(300)));
        Eventually.holds(() ->
                operator().get("/api/v1/devices/" + device + "/events").then().body("text", hasItem("Last.")));
        operator()
                .get("/api/v1/devices/" + device + "/events")
                .then()
                .body("text", hasItem("Switched."))
                .body("text", not(hasItem("Forged.")));
        assertThat(putAside("wrongly-signed") - forged).isEqualTo(2);
        assertThat(putAside("unreadable") - unreadable).isEqualTo(1);
    }

    @Test
    void refusesWhatIsTooLargeAndGoesOn() throws Exception {
        Operator.enrol(device.value(), "default", Csr.of(key));
        double before = uploads("too-large");
        try (FakeAgent agent = new FakeAgent(device.value(), mqttUrl)) {
            agent.upload(upload(window(device, 1, key)));
            agent.send(DeviceChannel.TELEMETRY, new byte[UploadLimits.MOST_UPLOAD_BYTES + 1], false);
            agent.send(DeviceChannel.TELEMETRY, new byte[4 * UploadLimits.MOST_UPLOAD_BYTES], false);
            agent.upload(upload(window(device, 2, key)));
        }

        // The broker itself throws the second away, as the bridge does not take packets of that size.
        assertThat(uploads("too-large") - before).isEqualTo(1);
    }

    private static TelemetryUpload upload(UploadedRecord... records) {
        return TelemetryUpload.newBuilder().addAllRecords(List.of(records)).build();
    }

    private UploadedRecord window(DeviceId named, long sequence, KeyPair signer) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(1_000_000, 100);
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        buffer.flip();
        long now = System.currentTimeMillis();
        return signed(
                UploadedRecord.Kind.KIND_TELEMETRY,
                sequence,
                TelemetryBatch.newBuilder()
                        .setDeviceId(named.value())
                        .setEpoch(5)
                        .setSequence(sequence)
                        .setFromMillis(now)
                        .setToMillis(now + 5000)
                        .setVariantDigest(VARIANT)
                        .setLatencyHistogram(ByteString.copyFrom(buffer, length))
                        .setInferences(100)
                        .build()
                        .toByteArray(),
                signer);
    }

    private UploadedRecord event(long sequence, String text, KeyPair signer) {
        return signed(
                UploadedRecord.Kind.KIND_EVENT,
                sequence,
                Event.newBuilder()
                        .setDeviceId(device.value())
                        .setEpoch(5)
                        .setSequence(sequence)
                        .setAtMillis(System.currentTimeMillis())
                        .setKind(Event.Kind.KIND_SWITCHED)
                        .setText(text)
                        .build()
                        .toByteArray(),
                signer);
    }

    private UploadedRecord signed(UploadedRecord.Kind kind, long sequence, byte[] body, KeyPair signer) {
        String type = kind == UploadedRecord.Kind.KIND_EVENT ? KafkaTopics.TYPE_EVENT : KafkaTopics.TYPE_TELEMETRY;
        return UploadedRecord.newBuilder()
                .setKind(kind)
                .setEpoch(5)
                .setSequence(sequence)
                .setBody(ByteString.copyFrom(body))
                .setSignature(ByteString.copyFrom(TelemetrySignature.sign(
                        signer.getPrivate(), type, KafkaTopics.eventId(device, 5, sequence), body)))
                .build();
    }

    private double putAside(String why) {
        return meters.get("espalier.telemetry.records")
                .tag("result", why)
                .counter()
                .count();
    }

    private double uploads(String result) {
        return meters.get("espalier.telemetry.uploads")
                .tag("result", result)
                .counter()
                .count();
    }
}
