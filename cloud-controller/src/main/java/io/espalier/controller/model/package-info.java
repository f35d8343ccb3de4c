/**
 * Base models: how they come in, what inspection says of them, and which devices are to run which. Pruned variants
 * are not known here.
 */
@NullMarked
package io.espalier.controller.model;

import org.jspecify.annotations.NullMarked;
