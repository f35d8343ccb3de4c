/** What the agent is told by its file and its environment, checked once at start. No feature reads settings anywhere else. */
@NullMarked
package io.espalier.agent.config;

import org.jspecify.annotations.NullMarked;
