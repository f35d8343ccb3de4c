package io.espalier.pruning.linear;

import static io.espalier.pruning.linear.Matrices.addMultiple;
import static io.espalier.pruning.linear.Matrices.addMultiples;

import java.util.Optional;

/**
 * Upper triangular factor U of a symmetric positive definite matrix: {@code U^T U = A}.
 *
 * <p><b>Cost:</b> p^3 / 3 multiplications, 8 p^2 bytes. <b>Source:</b> Golub and Van Loan 2013, "Matrix Computations", section 4.2.
 */
public final class Cholesky {
    /** Of what is left of a diagonal, beside it: less is rounding. */
    private static final double LEAST_PIVOT = 1e-13;

    /** Row by row; what lies below the diagonal is of no meaning. */
    private final double[][] factor;

    private Cholesky(double[][] factor) {
        this.factor = factor;
    }

    /**
     * The factor of a matrix. <b>Errors:</b> {@link ArithmeticException} where it is not positive definite.
     *
     * @param upper its upper triangle; what lies below is not read
     */
    public static Cholesky of(double[][] upper) {
        double[][] factor = new double[upper.length][];
        int done = factorise(upper, 0, 0, factor);
        if (done < factor.length) {
            throw new ArithmeticException("The matrix is not positive definite at row " + done);
        }
        return new Cholesky(factor);
    }

    /**
     * The factor of {@code S + shift I}; empty where that is not positive definite to working precision.
     *
     * @param upper the upper triangle of S; what lies below is not read
     */
    public static Optional<Cholesky> ofShifted(double[][] upper, double shift) {
        double[][] factor = new double[upper.length][];
        return factorise(upper, shift, LEAST_PIVOT, factor) == factor.length
                ? Optional.of(new Cholesky(factor))
                : Optional.empty();
    }

    /** Returns the number of the row at which it ends for want of a pivot; as many as there are where it does not. */
    private static int factorise(double[][] upper, double shift, double leastPivot, double[][] factor) {
        for (int i = 0; i < factor.length; i++) {
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
            if (!(row[i] > leastPivot * diagonal)) {
                return i;
            }
            divide(row, i, Math.sqrt(row[i]));
            factor[i] = row;
        }
        return factor.length;
    }

    /**
     * X with {@code A X = B}.
     *
     * <p><b>Shape:</b> {@code [p, q] -> [p, q]}. <b>Cost:</b> p^2 q multiplications.
     */
    public double[][] solve(double[][] b) {
        int size = factor.length;
        double[][] x = new double[size][];
        for (int i = 0; i < size; i++) {
            x[i] = b[i].clone();
            for (int k = 0; k < i; k++) {
                addMultiple(x[i], 0, -factor[k][i], x[k]);
            }
            divide(x[i], 0, factor[i][i]);
        }
        for (int i = size - 1; i >= 0; i--) {
            for (int k = i + 1; k < size; k++) {
                addMultiple(x[i], 0, -factor[i][k], x[k]);
            }
            divide(x[i], 0, factor[i][i]);
        }
        return x;
    }

    /** {@code x} with {@code A x = b}. */
    public double[] solve(double[] b) {
        double[] x = b.clone();
        forward(x, 0);
        for (int i = x.length - 1; i >= 0; i--) {
            double sum = x[i];
            for (int k = i + 1; k < x.length; k++) {
                sum -= factor[i][k] * x[k];
            }
            x[i] = sum / factor[i][i];
        }
        return x;
    }

    /** Solves {@code U^T y = b} in place, for a b that is zero before an index. */
    private void forward(double[] b, int from) {
        for (int i = from; i < b.length; i++) {
            b[i] /= factor[i][i];
            addMultiple(b, i + 1, -b[i], factor[i]);
        }
    }

    /** The inverse of {@code A}. */
    public double[][] inverse() {
        double[][] unit = new double[factor.length][factor.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i][i] = 1;
        }
        return solve(unit);
    }

    /** Diagonal of the inverse of {@code A}. */
    public double[] inverseDiagonal() {
        double[] diagonal = new double[factor.length];
        for (int c = 0; c < diagonal.length; c++) {
            double[] column = new double[diagonal.length];
            column[c] = 1;
            forward(column, c);
            for (int i = c; i < column.length; i++) {
                diagonal[c] += column[i] * column[i];
            }
        }
        return diagonal;
    }

    /** Natural logarithm of the determinant of {@code A}. */
    public double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < factor.length; i++) {
            sum += 2 * Math.log(factor[i][i]);
        }
        return sum;
    }

    private static void divide(double[] row, int from, double divisor) {
        for (int j = from; j < row.length; j++) {
            row[j] /= divisor;
        }
    }
}
