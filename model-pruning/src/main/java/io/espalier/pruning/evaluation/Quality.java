package io.espalier.pruning.evaluation;

import java.util.List;

/** How well a model does what it is for. */
public sealed interface Quality permits Evaluation, Agreement {
    int samples();

    /** A share from 0 to 1, which is perfect; the first of the metrics without what is worse than nothing. */
    double score();

    /** All there is to say, what matters most first; the same ones for all qualities of a kind. */
    List<Metric> metrics();

    /** What models are ranked by. */
    default Metric first() {
        return metrics().get(0);
    }
}
