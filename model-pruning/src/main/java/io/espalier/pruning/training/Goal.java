package io.espalier.pruning.training;

/** What a network's outputs are held against while it trains. */
interface Goal {
    Purpose purpose();

    /** Numbers the network gives for a sample. */
    int outputs();

    /** Numbers these are compared with. */
    int targets();

    RowLoss loss();

    /** Mean loss of a network that knows nothing. */
    double ignorance();

    /** Whether a teacher must be asked. */
    boolean isTaught();

    /** What the teacher says of a batch of channel-first model input, one row a sample. */
    float[][] teach(float[] values, int batch);

    /**
     * Writes the targets of one sample.
     *
     * @param taught the teacher's row for it; empty without a teacher
     */
    void write(int label, float[] taught, float[] targets, int from);

    /** The same without a teacher, where there is something else to learn from. */
    Goal untaught();
}
