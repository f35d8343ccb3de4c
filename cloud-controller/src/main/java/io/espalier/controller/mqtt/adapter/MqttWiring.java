package io.espalier.controller.mqtt.adapter;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The broker as it is configured. */
@Singleton
final class MqttWiring {
    @Produces
    @Singleton
    BrokerAddress broker(
            @ConfigProperty(name = "espalier.mqtt.url") String url,
            @ConfigProperty(name = "espalier.mqtt.client-id", defaultValue = "espalier-controller") String clientId,
            @ConfigProperty(name = "espalier.mqtt.username") Optional<String> username,
            @ConfigProperty(name = "espalier.mqtt.password") Optional<String> password) {
        return new BrokerAddress(url, clientId, username.orElse(""), password.orElse(""));
    }
}
