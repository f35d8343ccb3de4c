package io.espalier.pruning.graph;

/**
 * What one node costs per inference of one sample.
 *
 * @param node the node's name
 * @param opType its operator
 * @param macs multiply-accumulates of Conv, Gemm and MatMul; 0 for everything else
 * @param parameters trained scalars it reads
 * @param inputBytes bytes of the activations it reads
 * @param outputBytes bytes of the activations it writes
 */
public record NodeCost(String node, String opType, long macs, long parameters, long inputBytes, long outputBytes) {}
