/**
 * Reads telemetry and events from Kafka, exactly once into PostgreSQL, and serves them over REST.
 */
@NullMarked
package io.espalier.controller.telemetry.adapter;

import org.jspecify.annotations.NullMarked;
