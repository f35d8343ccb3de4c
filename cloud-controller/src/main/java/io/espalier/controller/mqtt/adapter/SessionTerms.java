package io.espalier.controller.mqtt.adapter;

import java.time.Duration;

/**
 * What a session asks of the broker.
 *
 * @param kept how long it outlives its connection; where it does not, each connection begins with nothing
 * @param mostUnacknowledged messages that are handed over before one of them is acknowledged
 * @param mostBytes of a packet
 */
record SessionTerms(String clientId, Duration kept, int mostUnacknowledged, long mostBytes) {}
