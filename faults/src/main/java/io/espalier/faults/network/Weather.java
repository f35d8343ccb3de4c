package io.espalier.faults.network;

/** How a network is now. */
public enum Weather {
    FAIR,
    /** Connections stand, and nothing comes through either way: what was sent waits. */
    FROZEN,
    /** One byte a second each way. */
    TRICKLE,
    /** In pieces of three bytes. */
    CRUMBS,
    /** Every piece comes a quarter of a second late. */
    LATE,
    /** What the device sends is lost; it still hears. */
    DEAF,
    /** What the server sends is lost; it still hears. */
    MUTE,
    /** Chunks come with a wrong bit; from servers that do not speak MQTT, every piece does. */
    SPOILT,
    /** Chunks come twice, and each after the one behind it. */
    SHUFFLED,
    /** No new connection is taken. */
    AWAY
}
