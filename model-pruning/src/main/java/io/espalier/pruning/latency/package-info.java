/**
 * How long a network takes on one device: probe suites to be measured there, and the model learned from what came
 * back.
 */
@NullMarked
package io.espalier.pruning.latency;

import org.jspecify.annotations.NullMarked;
