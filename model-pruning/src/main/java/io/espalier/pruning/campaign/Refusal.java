package io.espalier.pruning.campaign;

/**
 * A target that no width reaches.
 *
 * @param floorP95Micros what the narrowest network takes; 0 where latency was not asked for
 * @param detail the numbers, for a person
 */
public record Refusal(double floorP95Micros, String detail) {}
