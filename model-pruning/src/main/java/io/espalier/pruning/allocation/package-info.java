/**
 * Chooses how wide each channel group stays: the most importance that fits a budget of latency, size and memory.
 * Works on widths and prices alone; it knows neither graphs nor weights.
 */
@NullMarked
package io.espalier.pruning.allocation;

import org.jspecify.annotations.NullMarked;
