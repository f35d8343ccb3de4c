package io.espalier.pruning.reconstruction;

/**
 * Products and solutions of small dense matrices, row by row in double precision. Inner loops run along rows, several
 * rows at a time, which the just-in-time compiler turns into vector instructions.
 */
final class Matrices {
    private static final double LEAST_PIVOT = 1e-13;

    private Matrices() {}

    /**
     * Upper triangle of {@code A^T A}; what lies below the diagonal is zero.
     *
     * <p><b>Shape:</b> {@code [n, p] -> [p, p]}. <b>Cost:</b> n p^2 / 2 multiplications, 8 p^2 bytes.
     */
    static double[][] gram(double[][] a) {
        int columns = a[0].length;
        double[][] gram = new double[columns][columns];
        double[] none = new double[columns];
        for (int row = 0; row < a.length; row += 4) {
            double[] r0 = a[row];
            double[] r1 = row + 1 < a.length ? a[row + 1] : none;
            double[] r2 = row + 2 < a.length ? a[row + 2] : none;
            double[] r3 = row + 3 < a.length ? a[row + 3] : none;
            for (int i = 0; i < columns; i++) {
                addMultiples(gram[i], i, r0, r0[i], r1, r1[i], r2, r2[i], r3, r3[i]);
            }
        }
        return gram;
    }

    /**
     * {@code A^T B}.
     *
     * <p><b>Shape:</b> {@code [n, p], [n, q] -> [p, q]}.
     */
    static double[][] transposedProduct(double[][] a, double[][] b) {
        int columns = a[0].length;
        double[][] product = new double[columns][b[0].length];
        for (int row = 0; row < a.length; row++) {
            for (int i = 0; i < columns; i++) {
                addMultiple(product[i], 0, a[row][i], b[row]);
            }
        }
        return product;
    }

    /**
     * {@code A B}.
     *
     * <p><b>Shape:</b> {@code [n, p], [p, q] -> [n, q]}.
     */
    static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int row = 0; row < a.length; row++) {
            for (int k = 0; k < b.length; k++) {
                addMultiple(product[row], 0, a[row][k], b[k]);
            }
        }
        return product;
    }

    /** <b>Shape:</b> {@code [n, p] -> [p, n]}. */
    static double[][] transposed(double[][] a) {
        double[][] transposed = new double[a[0].length][a.length];
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[row].length; column++) {
                transposed[column][row] = a[row][column];
            }
        }
        return transposed;
    }

    /**
     * The upper triangular U with {@code U^T U = S + shift I}, for a symmetric S given by its upper triangle.
     *
     * <p><b>Errors:</b> an empty result where the matrix is not positive definite to working precision. <b>Cost:</b>
     * p^3 / 3 multiplications. <b>Source:</b> Golub and Van Loan 2013, "Matrix Computations", section 4.2.
     */
    static double[][] cholesky(double[][] upper, double shift) {
        int size = upper.length;
        double[][] factor = new double[size][];
        for (int i = 0; i < size; i++) {
            double[] row = upper[i].clone();
            row[i] += shift;
            double diagonal = row[i];
            int k = 0;
            for (; k + 3 < i; k += 4) {
                addMultiples(
                        row,
                        i,
                        factor[k],
                        -factor[k][i],
                        factor[k + 1],
                        -factor[k + 1][i],
                        factor[k + 2],
                        -factor[k + 2][i],
                        factor[k + 3],
                        -factor[k + 3][i]);
            }
            for (; k < i; k++) {
                addMultiple(row, i, -factor[k][i], factor[k]);
            }
            if (!(row[i] > LEAST_PIVOT * diagonal)) {
                return new double[0][];
            }
            divide(row, Math.sqrt(row[i]));
            factor[i] = row;
        }
        return factor;
    }

    /**
     * Solves {@code U^T U X = B} for an upper triangular U.
     *
     * <p><b>Shape:</b> {@code [p, p], [p, q] -> [p, q]}. <b>Cost:</b> p^2 q multiplications.
     */
    static double[][] solve(double[][] factor, double[][] b) {
        int size = factor.length;
        double[][] x = new double[size][];
        for (int i = 0; i < size; i++) {
            x[i] = b[i].clone();
            for (int k = 0; k < i; k++) {
                addMultiple(x[i], 0, -factor[k][i], x[k]);
            }
            divide(x[i], factor[i][i]);
        }
        for (int i = size - 1; i >= 0; i--) {
            for (int k = i + 1; k < size; k++) {
                addMultiple(x[i], 0, -factor[i][k], x[k]);
            }
            divide(x[i], factor[i][i]);
        }
        return x;
    }

    private static void addMultiples(
            double[] target,
            int from,
            double[] r0,
            double f0,
            double[] r1,
            double f1,
            double[] r2,
            double f2,
            double[] r3,
            double f3) {
        for (int j = from; j < target.length; j++) {
            target[j] += f0 * r0[j] + f1 * r1[j] + f2 * r2[j] + f3 * r3[j];
        }
    }

    private static void addMultiple(double[] target, int from, double factor, double[] row) {
        for (int j = from; j < target.length; j++) {
            target[j] += factor * row[j];
        }
    }

    private static void divide(double[] row, double divisor) {
        for (int j = 0; j < row.length; j++) {
            row[j] /= divisor;
        }
    }
}
