/**
 * Desired and reported state over MQTT and in PostgreSQL.
 */
@NullMarked
package io.espalier.controller.deployment.adapter;

import org.jspecify.annotations.NullMarked;
