/**
 * The pruning loop: evaluate, select, prune, fine-tune, re-evaluate, and the record of where each variant came from.
 * It joins the other packages of this module and knows nothing of jobs or command lines.
 */
@NullMarked
package io.espalier.pruning.campaign;

import org.jspecify.annotations.NullMarked;
