/**
 * What ONNX Runtime makes of a graph on a CPU: which kernels it calls, in which channel layout, on which buffers. What
 * they take is measured elsewhere.
 */
@NullMarked
package io.espalier.pruning.runtime;

import org.jspecify.annotations.NullMarked;
