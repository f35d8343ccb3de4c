/**
 * Mends a pruned network without training it: each layer behind the cut is fitted to what the unpruned network computes
 * on some samples. Needs no labels, no gradients and no training library, so it serves every graph that ONNX Runtime
 * can run.
 */
@NullMarked
package io.espalier.pruning.reconstruction;

import org.jspecify.annotations.NullMarked;
