/** Scores that say which channels of a group matter least. A criterion is chosen by evaluation, not by fame. */
@NullMarked
package io.espalier.pruning.importance;

import org.jspecify.annotations.NullMarked;
