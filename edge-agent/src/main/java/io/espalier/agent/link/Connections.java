package io.espalier.agent.link;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Which far sides can be reached now; none before somebody watches it. */
public final class Connections {
    public static final String MQTT = "mqtt";
    public static final String KAFKA = "kafka";

    /** The controller's side of telemetry over MQTT. */
    public static final String BRIDGE = "bridge";

    private final Map<String, BooleanSupplier> peers = new TreeMap<>();

    public Connections(String... peers) {
        for (String peer : peers) {
            this.peers.put(peer, () -> false);
        }
    }

    public synchronized void watch(String peer, BooleanSupplier reached) {
        peers.put(peer, reached);
    }

    public synchronized Map<String, Boolean> states() {
        Map<String, Boolean> states = new TreeMap<>();
        peers.forEach((peer, reached) -> states.put(peer, reached.getAsBoolean()));
        return states;
    }
}
