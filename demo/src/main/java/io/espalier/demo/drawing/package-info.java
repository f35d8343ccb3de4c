/**
 * Draws the demo's data set: ten kinds of small figures, each image from its own seed, with nothing but arithmetic.
 * No fonts, no pictures, no download; the same seed gives the same bytes on every machine.
 */
@NullMarked
package io.espalier.demo.drawing;

import org.jspecify.annotations.NullMarked;
