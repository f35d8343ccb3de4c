/** The device that faults befall: an agent in a JVM of its own, a cloud that plays the controller, and what can be asked of both. */
@NullMarked
package io.espalier.faults.device;

import org.jspecify.annotations.NullMarked;
