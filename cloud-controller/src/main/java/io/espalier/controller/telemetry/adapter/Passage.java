package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.mqtt.MqttStream;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** One producer and one stream, for as long as both work. */
final class Passage implements UploadForwarder.Ends {
    private final Producer<byte[], byte[]> producer;
    private final CompletableFuture<MqttStream> stream = new CompletableFuture<>();
    private volatile boolean carried;

    Passage(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Uploads may come before their stream is known here; what is to be said waits for it. */
    void answersOn(MqttStream opened) {
        stream.complete(opened);
    }

    /** Whether Kafka took an upload on this way. */
    boolean hasCarried() {
        return carried;
    }

    @Override
    public CompletableFuture<?> append(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<Void> appended = new CompletableFuture<>();
        try {
            producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    appended.complete(null);
                } else {
                    appended.completeExceptionally(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            appended.completeExceptionally(e); // The latter once the producer is closed.
        }
        return appended;
    }

    @Override
    public void giveReceipt(String topic, byte[] receipt) {
        carried = true;
        stream.thenAccept(opened -> opened.publish(topic, receipt));
    }

    @Override
    public void kafkaFailed(Throwable failure) {
        stream.thenAccept(opened -> opened.end(KafkaAccess.inShort(failure)));
    }
}
