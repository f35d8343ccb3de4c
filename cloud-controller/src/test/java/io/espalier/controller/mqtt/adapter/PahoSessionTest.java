package io.espalier.controller.mqtt.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.controller.pki.ServiceTls;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PahoSessionTest {
    private static final int GRANTED = 0x01;
    private static final int NOT_AUTHORISED = 0x87;

    @ParameterizedTest
    @ValueSource(ints = {0x80, NOT_AUTHORISED, 0x97})
    void failsWhatTheBrokerAcknowledgesAndRefuses(int reason) throws Exception {
        try (AnsweringBroker broker = new AnsweringBroker(reason)) {
            PahoSession session = connect(broker);
            try {
                var published = session.publish("a/b", new byte[] {1}, true);

                assertThatThrownBy(() -> published.get(10, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .hasMessageContaining(String.format("0x%X", reason));
            } finally {
                session.close();
            }
        }
    }

    /** The second says that nobody subscribed to it. */
    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x10})
    void doesWhatTheBrokerTakes(int reason) throws Exception {
        try (AnsweringBroker broker = new AnsweringBroker(reason)) {
            PahoSession session = connect(broker);
            try {
                assertThat(session.publish("a/b", new byte[] {1}, true)).succeedsWithin(Duration.ofSeconds(10));
            } finally {
                session.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10})
    void publishesNoMoreAtOnceThanTheBrokerTakes(int receiveMaximum) throws Exception {
        try (AnsweringBroker broker = new AnsweringBroker(0x00, receiveMaximum)) {
            PahoSession session = connect(broker);
            try {
                List<CompletableFuture<Void>> published = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    published.add(session.publish("a/b", new byte[] {1}, true));
                }

                assertThat(published).allSatisfy(each -> assertThat(each).succeedsWithin(Duration.ofSeconds(10)));
            } finally {
                session.close();
            }
        }
    }

    @Test
    void saysInWordsWhyAConnectionEnded() {
        assertThat(PahoSession.reason(
                        new MqttException(MqttClientException.REASON_CODE_CONNECTION_LOST, new EOFException())))
                .isEqualTo("the broker closed the connection");
        assertThat(PahoSession.reason(new MqttException(
                        MqttClientException.REASON_CODE_CONNECTION_LOST, new SocketException("Connection reset"))))
                .isEqualTo("Connection reset");
        assertThat(PahoSession.reason(new MqttException(
                        MqttClientException.REASON_CODE_CONNECTION_LOST, new IOException((String) null))))
                .isEqualTo("Connection lost");
    }

    @Test
    void saysWhichReceiveMaximumKeepsItFromPublishing() throws Exception {
        try (AnsweringBroker broker = new AnsweringBroker(0x00, 65_535)) {
            assertThatThrownBy(() -> connect(broker))
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            e -> assertThat(PahoSession.reason(e)).contains("65535", "at most 32767"));
        }
    }

    @Test
    void throwsWhereTheBrokerRefusesASubscription() throws Exception {
        try (AnsweringBroker broker = new AnsweringBroker(NOT_AUTHORISED)) {
            PahoSession session = connect(broker);
            try {
                assertThatThrownBy(() -> session.subscribe("a/+"))
                        .isInstanceOfSatisfying(
                                MqttException.class,
                                e -> assertThat(PahoSession.reason(e)).contains("a/+", "0x87"));
                assertThatThrownBy(() -> session.subscribeToWhatIsNew("a/+"))
                        .isInstanceOfSatisfying(
                                MqttException.class,
                                e -> assertThat(PahoSession.reason(e)).contains("a/+", "0x87"));
            } finally {
                session.close();
            }
        }
    }

    @Test
    void subscribesWhereTheBrokerGrantsIt() throws Exception {
        try (AnsweringBroker broker = new AnsweringBroker(GRANTED)) {
            PahoSession session = connect(broker);
            try {
                assertThatCode(() -> session.subscribe("a/+")).doesNotThrowAnyException();
            } finally {
                session.close();
            }
        }
    }

    private static PahoSession connect(AnsweringBroker broker) throws MqttException {
        return PahoSession.connect(
                new BrokerAddress(broker.url(), "tested", "", ""),
                new SessionTerms("tested", Duration.ZERO, 16, 1_000_000),
                new NoTls(),
                (message, acknowledge) -> acknowledge.run());
    }

    private static final class NoTls implements ServiceTls {
        @Override
        public SSLContext context() {
            throw new AssertionError("the address is not secure");
        }

        @Override
        public Map<String, Object> kafkaSettings() {
            throw new AssertionError("Kafka is not meant");
        }
    }
}
