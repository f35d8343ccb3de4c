/** A network that fails where it is told to. */
@NullMarked
package io.espalier.faults.network;

import org.jspecify.annotations.NullMarked;
