package io.espalier.faults;

/**
 * One thing that goes wrong, and what must hold all the same.
 *
 * @param group what kind it is; the report has a table for each
 * @param name says what happens; unique
 * @param quick whether it is among the few that every build runs
 */
public record FaultCase(String group, String name, boolean quick, Script script) {

    /** Lets it happen; throws, with a message that says what did not hold. */
    @FunctionalInterface
    public interface Script {
        void run(Place place) throws Exception;
    }
}
