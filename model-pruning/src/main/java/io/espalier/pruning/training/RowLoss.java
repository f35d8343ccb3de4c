package io.espalier.pruning.training;

import java.util.Arrays;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A loss that is a sum over the samples of a batch, each of which has a row of outputs and a row of targets. */
interface RowLoss extends ILossFunction {
    /** The loss of each sample. */
    double[] losses(INDArray targets, INDArray outputs);

    /** Mean over the batch. */
    default double meanLoss(INDArray targets, INDArray outputs) {
        return Arrays.stream(losses(targets, outputs)).average().orElseThrow();
    }

    @Override
    default double computeScore(
            INDArray targets, INDArray outputs, IActivation activation, INDArray mask, boolean mean) {
        double meanLoss = meanLoss(targets, outputs);
        return mean ? meanLoss : meanLoss * outputs.size(0);
    }

    @Override
    default INDArray computeScoreArray(INDArray targets, INDArray outputs, IActivation activation, INDArray mask) {
        return Nd4j.createFromArray(losses(targets, outputs)).reshape(-1, 1).castTo(outputs.dataType());
    }

    @Override
    default Pair<Double, INDArray> computeGradientAndScore(
            INDArray targets, INDArray outputs, IActivation activation, INDArray mask, boolean mean) {
        return Pair.of(
                computeScore(targets, outputs, activation, mask, mean),
                computeGradient(targets, outputs, activation, mask));
    }
}
