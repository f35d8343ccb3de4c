package io.espalier.benchmarks.training;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What this machine's arithmetic can do: a large single-precision matrix product in the trainer's own library. */
final class MatrixProduct {
    private static final int SIZE = 1024;
    private static final int RUNS = 15;

    private MatrixProduct() {}

    /** Median rate of a 1024x1024 product in GFLOP/s, on the threads the trainer uses: one in a step. */
    static double gigaflops() {
        INDArray a = Nd4j.rand(DataType.FLOAT, SIZE, SIZE);
        INDArray b = Nd4j.rand(DataType.FLOAT, SIZE, SIZE);
        INDArray c = Nd4j.create(DataType.FLOAT, new long[] {SIZE, SIZE}, 'f');
        double[] rates = new double[RUNS];
        for (int run = -3; run < RUNS; run++) {
            long begin = System.nanoTime();
            Nd4j.gemm(a, b, c, false, false, 1, 0);
            double nanos = System.nanoTime() - begin;
            if (run >= 0) {
                rates[run] = 2.0 * SIZE * SIZE * SIZE / nanos;
            }
        }
        java.util.Arrays.sort(rates);
        return rates[RUNS / 2];
    }
}
