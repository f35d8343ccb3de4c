/**
 * Unstructured pruning: single weights that are zero and stay zero while what is left is trained. That makes a file compress better and a network no
 * faster; channels are cut elsewhere, first.
 */
@NullMarked
package io.espalier.pruning.sparsity;

import org.jspecify.annotations.NullMarked;
