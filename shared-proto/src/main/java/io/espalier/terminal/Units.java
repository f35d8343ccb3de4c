package io.espalier.terminal;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Units {
    /** What is below minus this is no share of anything, and would have as many digits as it likes. */
    private static final double WORTHLESS = 100;

    private Units() {}

    /** Three significant digits, in µs below one millisecond and in ms above. */
    public static String micros(double micros) {
        return micros < 999.5 ? significant(micros) + " µs" : significant(micros / 1000) + " ms";
    }

    public static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        return bytes < 999_500 ? significant(bytes / 1000.0) + " kB" : significant(bytes / 1e6) + " MB";
    }

    /** A fraction as a percentage with one decimal and, where there is less than nothing, a true minus sign; no number far below that. */
    public static String percent(double fraction) {
        if (fraction < -WORTHLESS) {
            return "under −10,000 %";
        }
        String number = String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
        return number.equals("-0.0 %") ? "0.0 %" : number.replace('-', '−');
    }

    /** A loss of a fraction in percentage points with one decimal; no number where what is left is far below nothing. */
    public static String pointsLost(double fraction) {
        return fraction > WORTHLESS ? "over 10,000" : String.format(Locale.ROOT, "%.1f", 100 * fraction);
    }

    /** A difference of fractions in percentage points, signed, with a true minus sign; no number far below nothing. */
    public static String points(double fraction) {
        if (fraction < -WORTHLESS) {
            return "under −10,000";
        }
        return String.format(Locale.ROOT, "%+.1f", 100 * fraction)
                .replace("-0.0", "0.0")
                .replace("+0.0", "0.0")
                .replace('-', '−');
    }

    public static String seconds(Duration duration) {
        double seconds = duration.toMillis() / 1000.0;
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 120 ? whole + " s" : String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }

    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String significant(double value) {
        if (value >= 99.95) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, value >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
