package io.espalier.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1:1883",
                "tcp://localhost:1883",
                "tcp://[::1]:1883",
                "mqtts://mqtt.example:8883",
                "ssl://mqtt.example:8883"
            })
    void letsPassWhatStaysHereOrIsEncrypted(String url) {
        assertThatCode(() -> PlainText.refuseMqttTo(url)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tcp://mqtt.example:1883", "tcp://10.0.0.7:1883", "tcp://127.0.0.1.example:1883", "ws://x:80"})
    void refusesABrokerElsewhereInTheClear(String url) {
        assertThatThrownBy(() -> PlainText.refuseMqttTo(url))
                .isInstanceOf(InsecureAddressException.class)
                .hasMessageContaining(url)
                .hasMessageContaining("mqtts://");
    }

    @Test
    void refusesKafkaWhereOneOfItsServersIsElsewhere() {
        assertThatCode(() -> PlainText.refuseKafkaTo("127.0.0.1:9092,localhost:9093"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> PlainText.refuseKafkaTo("127.0.0.1:9092, kafka.example:9092"))
                .isInstanceOf(InsecureAddressException.class)
                .hasMessageContaining("kafka.example:9092");
    }

    @Test
    void saysMqttsInTheWordsOfTheLibrary() {
        assertThat(new MqttAddress("mqtts://h:1", "d", "d", "", SecureContext.NONE).serverUri())
                .isEqualTo("ssl://h:1");
    }
}
