/** Reads ONNX files into graphs and writes graphs as ONNX files. Nothing else in Espalier knows the ONNX schema. */
@NullMarked
package io.espalier.pruning.onnx;

import org.jspecify.annotations.NullMarked;
