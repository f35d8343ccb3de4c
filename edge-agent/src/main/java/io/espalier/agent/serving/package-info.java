/** The Open Inference Protocol v2 on a loopback port. */
@NullMarked
package io.espalier.agent.serving;

import org.jspecify.annotations.NullMarked;
