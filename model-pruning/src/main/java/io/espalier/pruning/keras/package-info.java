/**
 * Brings Keras 2 models (.h5) to Espalier's graph and checks that they still compute the same. Nothing of a file is ever run: a
 * layer is either known here or named and refused. Meant for a process of its own, since the files come from anywhere.
 */
@NullMarked
package io.espalier.pruning.keras;

import org.jspecify.annotations.NullMarked;
