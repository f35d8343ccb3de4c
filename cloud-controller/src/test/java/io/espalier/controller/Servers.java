package io.espalier.controller;

import io.espalier.stack.Endpoints;
import io.espalier.stack.Stack;
import io.espalier.stack.Stacks;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** The real servers of an integration test: {@code @QuarkusTest @WithTestResource(Servers.class)}. */
public final class Servers implements QuarkusTestResourceLifecycleManager {
    public static final String ADMIN_PASSWORD = "correct horse battery staple";

    @Override
    public Map<String, String> start() {
        Stack stack = Stacks.forTests();
        Endpoints endpoints = stack.endpoints();
        return Map.of(
                "quarkus.datasource.jdbc.url", endpoints.jdbcUrl(),
                "quarkus.datasource.username", endpoints.jdbcUsername(),
                "quarkus.datasource.password", endpoints.jdbcPassword(),
                "espalier.mqtt.url", endpoints.mqttUrl(),
                "kafka.bootstrap.servers", endpoints.kafkaBootstrapServers(),
                "espalier.admin.password", ADMIN_PASSWORD);
    }

    @Override
    public void stop() {
        // They end with the JVM.
    }
}
