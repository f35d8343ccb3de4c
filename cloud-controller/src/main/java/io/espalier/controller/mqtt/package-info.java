/**
 * The controller's one connection to the MQTT broker, for whichever feature speaks over it.
 */
@NullMarked
package io.espalier.controller.mqtt;

import org.jspecify.annotations.NullMarked;
