package io.espalier.controller.database.adapter;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** DOWN with the reason and the address while PostgreSQL is away. */
@Readiness
@Singleton
final class DatabaseHealth implements HealthCheck {
    private final DatabaseGate gate;

    DatabaseHealth(DatabaseGate gate) {
        this.gate = gate;
    }

    @Override
    public HealthCheckResponse call() {
        String problem = gate.probe();
        var response = HealthCheckResponse.named("postgresql");
        return problem == null
                ? response.up().build()
                : response.down().withData("reason", problem).build();
    }
}
