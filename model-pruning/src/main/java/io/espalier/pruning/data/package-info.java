/**
 * Labelled samples for training and evaluation, whatever file they came in, and the input contract that turns raw
 * values into model input. Knows nothing of models or training.
 */
@NullMarked
package io.espalier.pruning.data;

import org.jspecify.annotations.NullMarked;
