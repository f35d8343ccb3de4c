package io.espalier.stack;

import java.util.HashMap;
import java.util.Map;

/** Servers that live and end together. */
record RunningStack(Map<Service, Server> servers) implements Stack {
    RunningStack {
        servers = Map.copyOf(servers);
    }

    @Override
    public Endpoints endpoints() {
        Map<String, String> properties = new HashMap<>();
        servers.values().forEach(server -> properties.putAll(server.properties()));
        return new Endpoints(properties);
    }

    @Override
    public void close() {
        Parallel.close(servers);
    }
}
