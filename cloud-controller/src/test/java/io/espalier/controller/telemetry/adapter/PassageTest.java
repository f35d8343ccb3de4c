package io.espalier.controller.telemetry.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.controller.mqtt.MqttStream;
import io.espalier.proto.KafkaTopics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PassageTest {
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Passage passage = new Passage(producer);
    private final RecordingStream stream = new RecordingStream();

    private static final class RecordingStream implements MqttStream {
        private final List<String> told = new ArrayList<>();

        @Override
        public void publish(String topic, byte[] payload) {
            told.add("published on " + topic);
        }

        @Override
        public void end(String why) {
            told.add("ended: " + why);
        }

        @Override
        public String awaitEnd() {
            return "";
        }

        @Override
        public void close() {}
    }

    private static ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(KafkaTopics.EVENTS, "cam".getBytes(StandardCharsets.UTF_8), new byte[1]);
    }

    @Test
    void isDoneWithARecordWhenKafkaIs() {
        CompletableFuture<?> taken = passage.append(record());
        assertThat(taken).isNotDone();

        producer.completeNext();

        assertThat(taken).isCompleted();
    }

    @Test
    void passesOnWhyKafkaDidNotTakeARecord() {
        CompletableFuture<?> taken = passage.append(record());

        producer.errorNext(new TimeoutException("away"));

        assertThatThrownBy(taken::join).hasRootCauseMessage("away");
    }

    @Test
    void failsRecordsThatComeAfterTheEnd() {
        producer.close();

        assertThat(passage.append(record())).isCompletedExceptionally();
    }

    @Test
    void saysWhatItHasToSayOnceTheStreamIsThere() {
        passage.giveReceipt("early", new byte[0]);
        passage.answersOn(stream);
        passage.kafkaFailed(new TimeoutException("Kafka is away"));

        assertThat(stream.told).containsExactly("published on early", "ended: Kafka is away");
    }

    @Test
    void hasCarriedSomethingOnceAReceiptIsGivenAndNotBefore() {
        passage.answersOn(stream);
        passage.append(record());
        producer.completeNext();
        assertThat(passage.hasCarried()).isFalse();

        passage.giveReceipt("receipt", new byte[0]);

        assertThat(passage.hasCarried()).isTrue();
    }
}
