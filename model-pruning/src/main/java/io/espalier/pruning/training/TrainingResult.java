package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;

/**
 * What training left.
 *
 * @param graph the folded graph with its new weights
 * @param onnx the same as the bytes of an ONNX file
 * @param learningRate peak of the schedule that worked, after any halving
 * @param restarts how often the loss ran away and the rate was halved
 * @param lastLoss mean loss of the last epoch; NaN where there was none
 * @param maxDifference largest difference between the outputs of ONNX Runtime and of the trainer on a batch
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingResult(
        Graph graph,
        byte[] onnx,
        double learningRate,
        int restarts,
        double lastLoss,
        double imagesPerSecond,
        double maxDifference) {}
