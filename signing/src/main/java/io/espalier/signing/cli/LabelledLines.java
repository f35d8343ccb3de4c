package io.espalier.signing.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Values below one another, each behind its label. */
final class LabelledLines {
    /** Beside it a digest fits into 80 columns. */
    private static final int LABEL_WIDTH = 13;

    private final PrintWriter out;

    LabelledLines(PrintWriter out) {
        this.out = out;
    }

    /** Nothing where there is no value; the label stands before the first. */
    void line(String label, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            String name = i == 0 ? label : "";
            out.println(name + " ".repeat(LABEL_WIDTH - name.length()) + values.get(i));
        }
    }

    void line(String label, String value) {
        line(label, List.of(value));
    }

    /** A span of time, to the second. */
    static String span(Instant from, Instant to) {
        return from.truncatedTo(ChronoUnit.SECONDS) + " to " + to.truncatedTo(ChronoUnit.SECONDS);
    }
}
