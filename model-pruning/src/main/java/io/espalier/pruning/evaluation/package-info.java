/**
 * Runs models in ONNX Runtime, the runtime that serves them: accuracy, teacher outputs, and which input contract fits.
 * Nothing here changes a model.
 */
@NullMarked
package io.espalier.pruning.evaluation;

import org.jspecify.annotations.NullMarked;
