package io.espalier.pruning.linear;

/**
 * Products of dense matrices, row by row. Inner loops run along rows, several
 * rows at a time, which the just-in-time compiler turns into vector instructions.
 */
public final class Matrices {
    private Matrices() {}

    /**
     * Upper triangle of {@code A^T A}; what lies below the diagonal is zero.
     *
     * <p><b>Shape:</b> {@code [n, p] -> [p, p]}. <b>Cost:</b> n p^2 / 2 multiplications, 8 p^2 bytes.
     */
    public static double[][] gram(double[][] a) {
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
    public static double[][] transposedProduct(double[][] a, double[][] b) {
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
    public static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int row = 0; row < a.length; row++) {
            for (int k = 0; k < b.length; k++) {
                addMultiple(product[row], 0, a[row][k], b[k]);
            }
        }
        return product;
    }

    /** <b>Shape:</b> {@code [n, p] -> [p, n]}. */
    public static double[][] transposed(double[][] a) {
        double[][] transposed = new double[a[0].length][a.length];
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[row].length; column++) {
                transposed[column][row] = a[row][column];
            }
        }
        return transposed;
    }

    static void addMultiples(
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

    static void addMultiple(double[] target, int from, double factor, double[] row) {
        for (int j = from; j < target.length; j++) {
            target[j] += factor * row[j];
        }
    }
}
