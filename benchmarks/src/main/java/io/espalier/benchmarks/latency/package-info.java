/** How well latency and memory are predicted from what a device has measured, and how quickly variants are chosen. */
@NullMarked
package io.espalier.benchmarks.latency;

import org.jspecify.annotations.NullMarked;
