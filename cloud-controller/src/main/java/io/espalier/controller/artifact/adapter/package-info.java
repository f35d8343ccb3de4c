/**
 * Publishes artifacts over MQTT once for all devices, answers what did not come, and serves the same bytes over HTTP.
 */
@NullMarked
package io.espalier.controller.artifact.adapter;

import org.jspecify.annotations.NullMarked;
