package io.espalier.pruning.latency;

/** Lower triangular factor of a symmetric positive definite matrix: {@code L L^T = A}. Cost: n^3 / 3. */
final class Cholesky {
    private final double[][] factor;

    private Cholesky(double[][] factor) {
        this.factor = factor;
    }

    /** Errors: {@link ArithmeticException} where the matrix is not positive definite. */
    static Cholesky of(double[][] matrix) {
        int n = matrix.length;
        double[][] l = new double[n][];
        for (int i = 0; i < n; i++) {
            l[i] = new double[i + 1];
            for (int j = 0; j <= i; j++) {
                double sum = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= l[i][k] * l[j][k];
                }
                if (i == j) {
                    if (!(sum > 0)) {
                        throw new ArithmeticException("The matrix is not positive definite at row " + i);
                    }
                    l[i][i] = Math.sqrt(sum);
                } else {
                    l[i][j] = sum / l[j][j];
                }
            }
        }
        return new Cholesky(l);
    }

    /** {@code x} with {@code A x = b}. */
    double[] solve(double[] b) {
        int n = factor.length;
        double[] x = b.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= factor[i][k] * x[k];
            }
            x[i] /= factor[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                x[i] -= factor[k][i] * x[k];
            }
            x[i] /= factor[i][i];
        }
        return x;
    }

    /** The inverse of {@code A}. */
    double[][] inverse() {
        double[][] inverse = new double[factor.length][];
        for (int i = 0; i < inverse.length; i++) {
            double[] unit = new double[inverse.length];
            unit[i] = 1;
            inverse[i] = solve(unit);
        }
        return inverse;
    }

    /** Diagonal of the inverse of {@code A}. */
    double[] inverseDiagonal() {
        int n = factor.length;
        double[] diagonal = new double[n];
        for (int c = 0; c < n; c++) {
            double[] column = new double[n];
            for (int i = c; i < n; i++) {
                double sum = i == c ? 1 : 0;
                for (int k = c; k < i; k++) {
                    sum -= factor[i][k] * column[k];
                }
                column[i] = sum / factor[i][i];
                diagonal[c] += column[i] * column[i];
            }
        }
        return diagonal;
    }

    /** Natural logarithm of the determinant of {@code A}. */
    double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < factor.length; i++) {
            sum += 2 * Math.log(factor[i][i]);
        }
        return sum;
    }
}
