package io.espalier.pruning.reconstruction;

import java.util.Arrays;

/**
 * New weights that minimise the squared difference from the unpruned network: {@code min ||Y - X W||^2 + penalty}, by
 * ridge regression of what is missing on what the layer reads. The penalty pulls towards the weights that are there, so
 * that few samples change little; of several, the largest is taken that does as well on the judged rows as any: channels
 * that are nearly alike would else get huge weights that cancel out, and no training could start from there. Where no
 * penalty does better than the old weights, these stay.
 *
 * <p>Where an activation cuts the output, a value beyond the cut is right wherever it lies beyond. The loss is still
 * convex in W, and each round minimises a quadratic that lies above it: values that are right stand for their own
 * targets, and the same factorisation is solved again.
 *
 * <p><b>Source:</b> He, Zhang and Sun 2017, "Channel Pruning for Accelerating Very Deep Neural Networks", section 3.1,
 * step ii, and 3.2 for sums; Luo, Wu and Lin 2017, "ThiNet", section 3.3. The rounds are majorisation-minimisation:
 * Hunter and Lange 2004, "A Tutorial on MM Algorithms".
 */
final class LeastSquaresFit {
    private static final double[] PENALTIES = {1e-8, 1e-5, 1e-3, 1e-2, 1e-1, 1};
    /** Errors up to this many times the least are as good. */
    private static final double AS_GOOD = 1.05;

    private static final int ROUNDS = 12;

    Update fit(LinearLayer layer, Observations seen) {
        Update update = Update.none(layer);
        for (int group = 0; group < layer.groups(); group++) {
            RidgeRegression.Solution found = new Search(
                            seen.fitted().ofGroup(layer, group),
                            seen.judged().ofGroup(layer, group),
                            seen.bounds(),
                            layer.bias().isPresent())
                    .best();
            update.added()[group] = found.coefficients();
            System.arraycopy(
                    found.offset(), 0, update.offset(), group * layer.outputsPerGroup(), layer.outputsPerGroup());
        }
        return update;
    }

    /** The search for the best coefficients of one group. */
    private static final class Search {
        private final Rows fitted;
        private final Rows judged;
        private final Bounds bounds;
        private final RidgeRegression regression;
        private RidgeRegression.Solution best;
        private double leastError;

        Search(Rows fitted, Rows judged, Bounds bounds, boolean withOffset) {
            this.fitted = fitted;
            this.judged = judged;
            this.bounds = bounds;
            this.regression = new RidgeRegression(fitted.read(), withOffset);
            int outputs = fitted.wanted()[0].length;
            this.best = new RidgeRegression.Solution(new double[fitted.read()[0].length][outputs], new double[outputs]);
            this.leastError = squaredError(best);
        }

        RidgeRegression.Solution best() {
            double[][] missing = missing();
            double[] errors = new double[PENALTIES.length];
            for (int p = 0; p < PENALTIES.length; p++) {
                errors[p] = Double.POSITIVE_INFINITY;
                if (regression.penalise(PENALTIES[p])) {
                    errors[p] = squaredError(regression.solve(missing));
                }
            }
            double least = Arrays.stream(errors).min().orElse(Double.POSITIVE_INFINITY);
            int chosen = PENALTIES.length - 1;
            while (chosen >= 0 && !(errors[chosen] < leastError && errors[chosen] <= AS_GOOD * least)) {
                chosen--;
            }
            if (chosen >= 0 && regression.penalise(PENALTIES[chosen])) {
                RidgeRegression.Solution current = regression.solve(missing);
                consider(current);
                for (int round = 1; round < ROUNDS && !bounds.equals(Bounds.NONE); round++) {
                    current = regression.solve(missing(current));
                    consider(current);
                }
            }
            return best;
        }

        private void consider(RidgeRegression.Solution solution) {
            double error = squaredError(solution);
            if (error < leastError) {
                best = solution;
                leastError = error;
            }
        }

        /** For the fitted rows, what the unpruned network computes less what the pruned one does. */
        private double[][] missing() {
            double[][] missing = new double[fitted.count()][];
            for (int row = 0; row < missing.length; row++) {
                missing[row] = fitted.wanted()[row].clone();
                for (int o = 0; o < missing[row].length; o++) {
                    missing[row][o] -= fitted.actual()[row][o];
                }
            }
            return missing;
        }

        /** For the fitted rows, the nearest outputs that would be right after what a solution adds, less those of now. */
        private double[][] missing(RidgeRegression.Solution solution) {
            double[][] missing = solution.predict(fitted.read());
            for (int row = 0; row < missing.length; row++) {
                for (int o = 0; o < missing[row].length; o++) {
                    double actual = fitted.actual()[row][o];
                    missing[row][o] = bounds.nearest(fitted.wanted()[row][o], actual + missing[row][o]) - actual;
                }
            }
            return missing;
        }

        private double squaredError(RidgeRegression.Solution solution) {
            double[][] added = solution.predict(judged.read());
            double sum = 0;
            for (int row = 0; row < added.length; row++) {
                for (int o = 0; o < added[row].length; o++) {
                    double difference =
                            bounds.cut(judged.actual()[row][o] + added[row][o]) - bounds.cut(judged.wanted()[row][o]);
                    sum += difference * difference;
                }
            }
            return sum;
        }
    }
}
