/** What an operator types: keys and roots, and artifacts verified without a controller. */
@NullMarked
package io.espalier.signing.cli;

import org.jspecify.annotations.NullMarked;
