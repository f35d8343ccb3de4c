/**
 * Latency histograms and label counts as devices report them, merged per minute and per variant.
 */
@NullMarked
package io.espalier.controller.telemetry;

import org.jspecify.annotations.NullMarked;
