/**
 * Words, bars and tables for a terminal, wide or narrow, with colours or a plain log file behind it.
 * Rendering is pure: the same values and width give the same text.
 */
@NullMarked
package io.espalier.terminal;

import org.jspecify.annotations.NullMarked;
