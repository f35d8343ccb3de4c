/** The agent's folder on disk and the one way to write a file that a power cut cannot tear. What the files mean is known to the features that own them. */
@NullMarked
package io.espalier.agent.state;

import org.jspecify.annotations.NullMarked;
