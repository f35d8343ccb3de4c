/**
 * Decides on this device whether a fetched model may serve: by whether another process outlives it, by golden outputs and by timed
 * inferences.
 */
@NullMarked
package io.espalier.agent.trial;

import org.jspecify.annotations.NullMarked;
