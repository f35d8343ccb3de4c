/** Decides on this device, by golden outputs and timed inferences, whether a fetched model may serve. */
@NullMarked
package io.espalier.agent.trial;

import org.jspecify.annotations.NullMarked;
