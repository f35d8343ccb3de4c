package io.espalier.pruning.graph;

/**
 * A named tensor that enters or leaves the graph.
 *
 * @param name the tensor's name
 * @param type the type of its elements
 * @param shape its extents; the batch comes first and is symbolic
 */
public record ValueInfo(String name, ElementType type, Shape shape) {}
