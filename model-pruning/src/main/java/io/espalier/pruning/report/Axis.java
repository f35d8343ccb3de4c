package io.espalier.pruning.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A linear axis whose ends and ticks are round numbers.
 *
 * @param step distance between ticks: 1, 2 or 5 times a power of ten
 * @param length of the axis on the page
 */
record Axis(double from, double to, double step, double length) {
    private static final int USUAL_TICKS = 6;

    /** An axis that holds both values; equal values get some room around them. */
    static Axis covering(double least, double most, double length) {
        double span = most - least;
        if (!(span > 0)) {
            span = Math.max(Math.abs(most), 1) * 0.1;
        }
        double step = niceStep(span / (USUAL_TICKS - 1));
        double from = Math.floor(least / step + 1e-9) * step;
        double to = Math.ceil(most / step - 1e-9) * step;
        return new Axis(from, to > from ? to : from + step, step, length);
    }

    /** The same axis cut where its quantity ends, such as 100 %. */
    Axis within(double least, double most) {
        return new Axis(Math.max(from, least), Math.min(to, most), step, length);
    }

    double position(double value) {
        return (value - from) / (to - from) * length;
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        long first = Math.round(Math.ceil(from / step - 1e-6));
        for (long i = first; i * step <= to + step * 1e-6; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** A tick's value with as many decimals as its neighbours need to differ. */
    String label(double tick) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick + 0.0);
    }

    private static double niceStep(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digit = rough / power;
        return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
    }
}
