/** Tests of the stack, with the clients that controller and agents use. */
@NullMarked
package io.espalier.stack;

import org.jspecify.annotations.NullMarked;
