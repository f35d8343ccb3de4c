/** Follows the desired state, publishes the reported one, and does the work that makes the two agree. */
@NullMarked
package io.espalier.agent.shadow;

import org.jspecify.annotations.NullMarked;
