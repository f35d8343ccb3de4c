package io.espalier.pruning.reconstruction;

/**
 * What was seen of a layer at some places of some samples; the first {@code fitted} rows are to fit, the others, of
 * other samples, to judge by.
 *
 * @param read what the layer of the pruned network reads, {@code [rows, columns]}
 * @param wanted what the unpruned network computes there, {@code [rows, outputs]}
 * @param actual what the pruned network computes there, {@code [rows, outputs]}
 */
@SuppressWarnings("ArrayRecordComponent")
record Observations(double[][] read, double[][] wanted, double[][] actual, int fitted) {

    /**
     * How far the outputs are from what is wanted after an update, over the judged rows: the norm of the difference by
     * the norm of what is wanted around its mean. 0 is perfect, and 1 is as good as the mean.
     */
    double relativeError(LinearLayer layer, Update update) {
        int perGroup = layer.outputsPerGroup();
        double squares = 0;
        double variation = 0;
        for (int o = 0; o < layer.outputs(); o++) {
            int group = o / perGroup;
            double sum = 0;
            double sumOfSquares = 0;
            for (int row = fitted; row < read.length; row++) {
                double value = update.scale()[o] * actual[row][o] + update.offset()[o];
                for (int u = 0; u < layer.unknowns(); u++) {
                    value += read[row][group * layer.unknowns() + u] * update.added()[group][u][o % perGroup];
                }
                double error = value - wanted[row][o];
                squares += error * error;
                sum += wanted[row][o];
                sumOfSquares += wanted[row][o] * wanted[row][o];
            }
            variation += Math.max(0, sumOfSquares - sum * sum / (read.length - fitted));
        }
        if (squares == 0) {
            return 0;
        }
        return variation == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / variation);
    }
}
