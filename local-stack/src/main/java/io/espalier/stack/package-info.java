/**
 * The servers Espalier talks to, for the quickstart and for tests: a real Kafka broker, a real MQTT 5 broker and a
 * real PostgreSQL. Production brings its own; nothing here is used there.
 */
@NullMarked
package io.espalier.stack;

import org.jspecify.annotations.NullMarked;
