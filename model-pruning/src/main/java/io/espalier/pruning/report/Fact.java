package io.espalier.pruning.report;

/**
 * One line of a run's provenance.
 *
 * @param exact whether the value is a digest or the like, to be set in a fixed-width font
 */
public record Fact(String name, String value, boolean exact) {
    public static Fact of(String name, String value) {
        return new Fact(name, value, false);
    }

    public static Fact exact(String name, String value) {
        return new Fact(name, value, true);
    }
}
