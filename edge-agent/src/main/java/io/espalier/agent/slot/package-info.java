/** Two folders for models and the pointer that says which one serves. A cut at any moment leaves the pointer on a whole model. */
@NullMarked
package io.espalier.agent.slot;

import org.jspecify.annotations.NullMarked;
