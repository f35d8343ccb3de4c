package io.espalier.controller.mqtt.adapter;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** DOWN with the reason and the address while the broker is away. */
@Readiness
@Singleton
final class MqttHealth implements HealthCheck {
    private final PahoLink link;

    MqttHealth(PahoLink link) {
        this.link = link;
    }

    @Override
    public HealthCheckResponse call() {
        String problem = link.problem();
        var response = HealthCheckResponse.named("mqtt");
        return problem == null
                ? response.up().build()
                : response.down().withData("reason", problem).build();
    }
}
