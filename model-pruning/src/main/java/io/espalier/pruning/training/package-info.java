/**
 * Trains graphs: fine-tuning with distillation, training from scratch, gradients for importance. DeepLearning4J does
 * the work and stays inside this package; graphs come in and graphs go out.
 */
@NullMarked
package io.espalier.pruning.training;

import org.jspecify.annotations.NullMarked;
