/** ONNX Runtime sessions with one setting of threads and optimisation for probes, trials and serving alike, and the model that serves now. */
@NullMarked
package io.espalier.agent.inference;

import org.jspecify.annotations.NullMarked;
