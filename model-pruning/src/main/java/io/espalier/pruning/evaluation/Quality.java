package io.espalier.pruning.evaluation;

import java.util.List;

/** How well a model does what it is for. */
public sealed interface Quality permits Evaluation, Agreement {
    int samples();

    /** The first of the metrics: a share of which 1 is perfect and 0 is worth nothing; an agreement can be worse than that. */
    double score();

    /** All there is to say, what matters most first; the same ones for all qualities of a kind. */
    List<Metric> metrics();

    /** What models are ranked by. */
    default Metric first() {
        return metrics().get(0);
    }
}
