package io.espalier.controller.budget;

import io.espalier.terminal.Units;
import java.time.Instant;

/**
 * A latency that a device cannot reach with its model, and what it can.
 *
 * @param floorP95Micros of the narrowest form of the model, or of the narrowest that loses no more than its recipe allows
 */
public record Refusal(double requestedP95Micros, double floorP95Micros, String detail, Instant at) {
    /** In words, with the numbers. */
    public static Refusal of(double requestedP95Micros, double floorP95Micros, Instant at) {
        return new Refusal(
                requestedP95Micros,
                floorP95Micros,
                "Needs at least " + Units.micros(floorP95Micros)
                        + ": the narrowest form of the model already takes that long here; asked for "
                        + Units.micros(requestedP95Micros) + ".",
                at);
    }

    /** Whether it says that this budget cannot be met. The refusal of a shorter latency says nothing of a longer one. */
    public boolean isOf(Budget budget) {
        Double requested = budget.latencyP95Micros();
        return requested != null && requested <= requestedP95Micros;
    }
}
