/** Turns a claim token into this device's credentials, once. */
@NullMarked
package io.espalier.agent.enrol;

import org.jspecify.annotations.NullMarked;
