package io.espalier.pruning.reconstruction;

import java.util.Arrays;

/**
 * New weights that minimise the squared difference from the unpruned network's outputs: {@code min ||Y - X W||^2}, by
 * ridge regression of what is missing on what the layer reads. The penalty pulls towards the weights that are there, so
 * few samples change little.
 *
 * <p><b>Source:</b> He, Zhang and Sun 2017, "Channel Pruning for Accelerating Very Deep Neural Networks", section 3.1,
 * step ii, and 3.2 for sums; Luo, Wu and Lin 2017, "ThiNet", section 3.3.
 */
final class LeastSquaresFit implements LayerFit {
    @Override
    public boolean intoSums() {
        return true;
    }

    @Override
    public Update fit(LinearLayer layer, Observations seen) {
        Update update = Update.none(layer);
        RidgeRegression regression = new RidgeRegression(layer.bias().isPresent());
        int perGroup = layer.outputsPerGroup();
        for (int group = 0; group < layer.groups(); group++) {
            int firstColumn = group * layer.unknowns();
            int firstOutput = group * perGroup;
            double[][] x = new double[seen.read().length][];
            double[][] missing = new double[x.length][perGroup];
            for (int row = 0; row < x.length; row++) {
                x[row] = Arrays.copyOfRange(seen.read()[row], firstColumn, firstColumn + layer.unknowns());
                for (int o = 0; o < perGroup; o++) {
                    missing[row][o] = seen.wanted()[row][firstOutput + o] - seen.actual()[row][firstOutput + o];
                }
            }
            RidgeRegression.Solution solution = regression.fit(x, missing, seen.fitted());
            update.added()[group] = solution.coefficients();
            System.arraycopy(solution.offset(), 0, update.offset(), firstOutput, perGroup);
        }
        return update;
    }
}
