/**
 * The immutable network: operators as ONNX names them, shapes, costs, the groups of channels that must be removed
 * together, and the rewriting that removes them. Knows no file format and no runtime.
 */
@NullMarked
package io.espalier.pruning.graph;

import org.jspecify.annotations.NullMarked;
