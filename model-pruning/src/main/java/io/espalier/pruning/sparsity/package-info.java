/**
 * Unstructured pruning: single weights that are zero and stay zero. That makes a file compress better and a network no
 * faster; channels are cut elsewhere, first.
 */
@NullMarked
package io.espalier.pruning.sparsity;

import org.jspecify.annotations.NullMarked;
