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

    /** Writes what the teacher says of a batch of channel-first model input, a row of {@link #outputs} for each sample. */
    void teach(float[] values, int batch, float[] rows);

    /**
     * Writes the targets of one sample.
     *
     * @param taught what the teacher said; not looked at without one
     * @param row where its row for this sample begins
     */
    void write(int label, float[] taught, int row, float[] targets, int from);

    /** The same without a teacher, where there is something else to learn from. */
    Goal untaught();
}
