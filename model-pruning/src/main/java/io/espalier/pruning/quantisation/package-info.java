/**
 * Turns a trained float network into one that computes in 8-bit integers: calibration, the rewriting, the measurement of
 * what it cost, and the decision whether it is worth it. Trains nothing and knows no device but by its instruction set.
 */
@NullMarked
package io.espalier.pruning.quantisation;

import org.jspecify.annotations.NullMarked;
