package io.espalier.agent.link;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Which far sides can be reached now; none before somebody watches it. */
public final class Connections {
    public static final String MQTT = "mqtt";
    public static final String KAFKA = "kafka";

    private final Map<String, BooleanSupplier> peers = new TreeMap<>(Map.of(MQTT, () -> false, KAFKA, () -> false));

    public synchronized void watch(String peer, BooleanSupplier reached) {
        peers.put(peer, reached);
    }

    public synchronized Map<String, Boolean> states() {
        Map<String, Boolean> states = new TreeMap<>();
        peers.forEach((peer, reached) -> states.put(peer, reached.getAsBoolean()));
        return states;
    }
}
