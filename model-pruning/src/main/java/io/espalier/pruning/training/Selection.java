package io.espalier.pruning.training;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies elements of a tensor into another one, each as it is. */
interface Selection {
    InputType outputType();

    /** The elements taken. */
    INDArray take(INDArray input, LayerWorkspaceMgr workspaces);

    /** The gradient of the input: what was not taken has none, what was taken twice has the sum. */
    INDArray giveBack(INDArray gradient, long[] inputShape, LayerWorkspaceMgr workspaces);
}
