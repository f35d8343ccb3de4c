/** Benchmarks of how fast and how well networks are trained and pruned. */
@NullMarked
package io.espalier.benchmarks.training;

import org.jspecify.annotations.NullMarked;
