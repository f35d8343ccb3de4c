/** Products, factors and solutions of dense matrices of up to some thousand rows, in double precision and in Java alone. */
@NullMarked
package io.espalier.pruning.linear;

import org.jspecify.annotations.NullMarked;
