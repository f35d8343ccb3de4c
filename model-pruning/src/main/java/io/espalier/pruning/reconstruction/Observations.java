package io.espalier.pruning.reconstruction;

import io.espalier.pruning.linear.Matrices;

/**
 * Two sets of rows from different samples, and what becomes of the outputs next.
 *
 * @param fitted to fit to
 * @param judged to judge by
 */
record Observations(Rows fitted, Rows judged, Bounds bounds) {

    /**
     * How far the outputs are from what is wanted after an update, as the next operator sees them and over the judged
     * rows: the norm of the difference by the norm of what is wanted around its mean. 0 is perfect, and 1 is as good as
     * the mean.
     */
    double relativeError(LinearLayer layer, Update update) {
        double squares = 0;
        double variation = 0;
        for (int group = 0; group < layer.groups(); group++) {
            Rows part = judged.ofGroup(layer, group);
            double[][] added = Matrices.product(part.read(), update.added()[group]);
            for (int o = 0; o < layer.outputsPerGroup(); o++) {
                int output = group * layer.outputsPerGroup() + o;
                double sum = 0;
                double sumOfSquares = 0;
                for (int row = 0; row < part.count(); row++) {
                    double value = part.actual()[row][o] + added[row][o] + update.offset()[output];
                    double wanted = bounds.cut(part.wanted()[row][o]);
                    double difference = bounds.cut(value) - wanted;
                    squares += difference * difference;
                    sum += wanted;
                    sumOfSquares += wanted * wanted;
                }
                variation += Math.max(0, sumOfSquares - sum * sum / part.count());
            }
        }
        if (squares == 0) {
            return 0;
        }
        return variation == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / variation);
    }
}
