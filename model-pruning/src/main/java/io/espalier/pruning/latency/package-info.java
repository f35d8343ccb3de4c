/**
 * How long a network takes on one device: probe suites to be measured there, and the model learned from what came
 * back. Nothing here runs a network.
 */
@NullMarked
package io.espalier.pruning.latency;

import org.jspecify.annotations.NullMarked;
