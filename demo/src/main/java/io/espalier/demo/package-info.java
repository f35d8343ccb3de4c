/**
 * {@code ./espalier demo}: reads the command line, takes the data folder and hands over to the story.
 */
@NullMarked
package io.espalier.demo;

import org.jspecify.annotations.NullMarked;
