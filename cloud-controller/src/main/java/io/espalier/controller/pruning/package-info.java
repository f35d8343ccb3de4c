/**
 * Long work in worker processes, as leased jobs. This feature knows no model and no device beyond their ids: whoever
 * asks for a job writes its specification, and hears of its end as a {@link
 * io.espalier.controller.pruning.JobFinished}.
 */
@NullMarked
package io.espalier.controller.pruning;

import org.jspecify.annotations.NullMarked;
