package io.espalier.controller.mqtt.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1:1883",
                "ssl://broker.example",
                "mqtts://broker.example:8883",
                "wss://broker.example:443/mqtt"
            })
    void takesTheAddressesOfBrokers(String url) {
        assertThat(new BrokerAddress(url, "c", "", "")).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1:1883", "mqtt://host", "tcp://", "tcp://host:port", "http://host:1883"})
    void refusesOthersWithTheSettingAndTheForm(String url) {
        assertThatThrownBy(() -> new BrokerAddress(url, "c", "", ""))
                .hasMessageContaining("espalier.mqtt.url=" + url)
                .hasMessageContaining("use mqtts://HOST:PORT");
    }
}
