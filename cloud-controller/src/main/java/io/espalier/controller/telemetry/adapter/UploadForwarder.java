package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.mqtt.MqttMessage;
import io.espalier.controller.telemetry.adapter.RefusedUploadException.Reason;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Hands uploads on to Kafka and gives a receipt for each that Kafka has. One that is refused gets none, so its device keeps what
 * it holds and counts what it drops.
 */
@Singleton
final class UploadForwarder {
    private static final Logger LOG = Logger.getLogger(UploadForwarder.class);

    private final Topics topics;
    private final Clock clock;
    private final Counter forwarded;
    private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
    private final SeldomTold told = new SeldomTold();

    UploadForwarder(@ConfigProperty(name = "espalier.tenant") String tenant, Clock clock, MeterRegistry meters) {
        this.topics = new Topics(tenant);
        this.clock = clock;
        this.forwarded = counter(meters, "forwarded");
        for (Reason reason : Reason.values()) {
            refused.put(reason, counter(meters, reason.label()));
        }
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("espalier.telemetry.uploads")
                .description("Uploads of devices whose telemetry comes over MQTT")
                .tag("result", result)
                .register(meters);
    }

    /** The two ends between which uploads pass. */
    interface Ends {
        /** Done when Kafka has it for good. */
        CompletableFuture<?> append(ProducerRecord<byte[], byte[]> record);

        /** Kafka has an upload, which its device may forget. */
        void giveReceipt(String topic, byte[] receipt);

        /** Kafka took no record where it should have. */
        void kafkaFailed(Throwable failure);
    }

    /** Acknowledges when Kafka has all of it, or where it is refused; not where Kafka is away. */
    void take(MqttMessage message, Runnable acknowledge, Ends ends) {
        DeviceId device;
        try {
            device = topics.deviceOf(message.topic());
        } catch (IllegalArgumentException e) {
            count(Reason.MALFORMED); // Nobody to name: brokers that keep to the rules let no such topic through.
            acknowledge.run();
            return;
        }
        try {
            forward(Upload.of(topics.tenant(), device, message.payload()), acknowledge, ends);
        } catch (RefusedUploadException e) {
            refuse(device, e.reason(), String.valueOf(e.getMessage()));
            acknowledge.run();
        }
    }

    private void forward(Upload upload, Runnable acknowledge, Ends ends) {
        DeviceId device = upload.device();
        CompletableFuture.allOf(appended(upload, ends).toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        ends.giveReceipt(topics.device(device, DeviceChannel.RECEIPT), upload.receipt());
                        acknowledge.run();
                        forwarded.increment();
                    } else if (cause(failure) instanceof RecordTooLargeException tooLarge) {
                        refuse(device, Reason.TOO_LARGE, "a record that Kafka does not take: " + tooLarge.getMessage());
                        acknowledge.run();
                    } else {
                        ends.kafkaFailed(cause(failure));
                    }
                });
    }

    /** Stops at a record that has failed already: without metadata Kafka's producer blocks for each. */
    private static List<CompletableFuture<?>> appended(Upload upload, Ends ends) {
        List<CompletableFuture<?>> appended = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : upload.records()) {
            CompletableFuture<?> each = ends.append(record);
            appended.add(each);
            if (each.isCompletedExceptionally()) {
                break;
            }
        }
        return appended;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void count(Reason reason) {
        Objects.requireNonNull(refused.get(reason), "each reason has its counter")
                .increment();
    }

    private synchronized void refuse(DeviceId device, Reason reason, String what) {
        count(reason);
        if (told.isDue(device, clock.instant())) {
            LOG.warnf("An upload of telemetry by %s is refused. It has %s", device, what);
        }
    }
}
