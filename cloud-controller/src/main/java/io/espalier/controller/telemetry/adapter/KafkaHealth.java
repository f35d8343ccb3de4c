package io.espalier.controller.telemetry.adapter;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** DOWN with the reason and the address while telemetry is not read. */
@Readiness
@Singleton
final class KafkaHealth implements HealthCheck {
    private final KafkaFeed feed;

    KafkaHealth(KafkaFeed feed) {
        this.feed = feed;
    }

    @Override
    public HealthCheckResponse call() {
        String problem = feed.problem();
        var response = HealthCheckResponse.named("kafka");
        return problem == null
                ? response.up().build()
                : response.down().withData("reason", problem).build();
    }
}
