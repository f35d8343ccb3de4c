/** The edge agent's process: reads its configuration, wires the features together, starts and stops them. */
@NullMarked
package io.espalier.agent;

import org.jspecify.annotations.NullMarked;
