/**
 * The connection as Eclipse Paho makes it: kept up with growing pauses, bounded in flight, acknowledged when handled.
 */
@NullMarked
package io.espalier.controller.mqtt.adapter;

import org.jspecify.annotations.NullMarked;
