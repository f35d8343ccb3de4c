/** Two slots for the agent itself and the markers by which the launcher chooses. What is fetched, and when, is not decided here. */
@NullMarked
package io.espalier.agent.program;

import org.jspecify.annotations.NullMarked;
