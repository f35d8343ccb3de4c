package io.espalier.pruning.reconstruction;

/** Every row of a matrix product: a Gemm has one a sample, a MatMul as many as its middle axes hold. */
record RowPositions(int count, int inputs, int outputs) implements Positions {
    @Override
    public void read(SampleValues values, int place, double[] row) {
        for (int i = 0; i < inputs; i++) {
            row[i] = values.at(place * inputs + i);
        }
    }

    @Override
    public int outputAt(int place, int output) {
        return place * outputs + output;
    }
}
