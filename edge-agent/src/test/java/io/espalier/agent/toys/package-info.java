/** Toy models, artifacts and clients for the agent's tests. */
@NullMarked
package io.espalier.agent.toys;

import org.jspecify.annotations.NullMarked;
