package io.espalier.pruning.report;

import io.espalier.terminal.Units;
import java.util.Locale;

/** Numbers as this report writes them. */
public final class Figures {
    /** What stands in a table where there is no value. */
    public static final String NONE = "–";

    private Figures() {}

    /** A sentence's first word. */
    static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /** A fraction as a percentage with one decimal; two where one would round a mistake away. */
    public static String percent(double fraction) {
        return fraction < 1 && fraction > 0.999
                ? String.format(Locale.ROOT, "%.2f %%", 100 * fraction)
                : Units.percent(fraction);
    }

    /** A difference of fractions in points, with a true minus sign. */
    public static String points(double difference) {
        return Units.points(difference);
    }

    public static String micros(double micros) {
        return Units.micros(micros);
    }

    public static String bytes(long bytes) {
        return Units.bytes(bytes);
    }

    public static String count(long count) {
        return Units.count(count);
    }

    /** A count with three significant digits and k, M or G. */
    public static String large(long count) {
        if (count < 1000) {
            return Long.toString(count);
        }
        double value = count;
        int power = 0;
        while (value >= 999.5 && power < 3) {
            value /= 1000;
            power++;
        }
        String format = value >= 99.95 ? "%.0f %c" : value >= 9.995 ? "%.1f %c" : "%.2f %c";
        return String.format(Locale.ROOT, format, value, " kMG".charAt(power));
    }

    /** How much less or more there is after than before, in per cent of before. */
    public static String change(double before, double after) {
        if (!(before > 0)) {
            return NONE;
        }
        long percent = Math.round(100 * (after - before) / before);
        return percent == 0 ? "0 %" : (percent < 0 ? "−" : "+") + Math.abs(percent) + " %";
    }
}
