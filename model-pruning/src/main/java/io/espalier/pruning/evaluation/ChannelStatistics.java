package io.espalier.pruning.evaluation;

/**
 * What the values of one tensor were like over many samples, for each position along one axis.
 *
 * @param values how many values each number below is of
 * @param zeroShare part of the values that are exactly zero, 0 to 1
 * @param mean of the values
 * @param meanSquare mean of the squared values
 */
public record ChannelStatistics(long values, double[] zeroShare, double[] mean, double[] meanSquare) {
    public ChannelStatistics {
        if (zeroShare.length != mean.length || mean.length != meanSquare.length) {
            throw new IllegalArgumentException("There are " + zeroShare.length + " shares of zeros, " + mean.length
                    + " means and " + meanSquare.length + " mean squares: one of each is needed for a channel.");
        }
        zeroShare = zeroShare.clone();
        mean = mean.clone();
        meanSquare = meanSquare.clone();
    }

    @Override
    public double[] zeroShare() {
        return zeroShare.clone();
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] meanSquare() {
        return meanSquare.clone();
    }

    /** Number of channels. */
    public int channels() {
        return mean.length;
    }
}
