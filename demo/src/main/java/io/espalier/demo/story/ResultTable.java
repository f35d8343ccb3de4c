package io.espalier.demo.story;

import io.espalier.terminal.TextTable;
import io.espalier.terminal.TextTable.Column;
import io.espalier.terminal.Units;
import java.util.List;

/** The one table at the end. */
final class ResultTable {
    private ResultTable() {}

    static TextTable of(StoryResult result) {
        TextTable table = new TextTable(List.of(
                Column.words("device"),
                Column.numbers("unpruned\np95"),
                Column.numbers("budget\np95"),
                Column.numbers("predicted\np95"),
                Column.numbers("measured\np95"),
                Column.numbers("95 %\ninterval"),
                Column.numbers("size\nbefore → after"),
                Column.numbers("accuracy: shipped /\nfine-tuned / pruned"),
                Column.words("outcome")));
        result.devices().forEach(device -> row(table, result, device));
        return table;
    }

    private static void row(TextTable table, StoryResult result, DeviceResult device) {
        boolean pruned = device.variant() != null;
        table.row(
                device.demo().id(),
                micros(device.denseP95Micros()),
                micros(device.askedMicros()),
                pruned ? micros(device.predictedP95Micros()) : "",
                pruned ? micros(device.measuredP95Micros()) : "",
                pruned ? interval(device) : "",
                sizes(device),
                accuracies(result, device),
                outcome(result, device));
    }

    private static String outcome(StoryResult result, DeviceResult device) {
        if (device.refused()) {
            return "refused: needs " + micros(DeviceResult.orNaN(device.refusedFloorMicros()));
        }
        if (device.variant() == null) {
            return device.device().state() + ": no variant that fits";
        }
        String verdict = device.withinBudget() ? "within budget" : "TOO SLOW";
        double change = device.accuracy() - result.baselineAccuracy();
        return Double.isNaN(change) ? verdict : verdict + ", " + Units.points(change) + " points";
    }

    private static String interval(DeviceResult device) {
        double lower = device.measuredLowerMicros();
        double upper = device.measuredUpperMicros();
        if (Double.isNaN(lower) || Double.isNaN(upper)) {
            return "";
        }
        String from = Units.micros(lower);
        String to = Units.micros(upper);
        String unit = to.substring(to.indexOf(' '));
        return (from.endsWith(unit) ? from.substring(0, from.indexOf(' ')) : from) + "–" + to;
    }

    /** The unpruned model as shipped, the same fine-tuned alike, and what the device serves. */
    private static String accuracies(StoryResult result, DeviceResult device) {
        if (Double.isNaN(result.denseAccuracy())) {
            return "";
        }
        return "%s / %s / %s"
                .formatted(
                        hundredths(result.denseAccuracy()),
                        hundredths(result.baselineAccuracy()),
                        device.variant() == null ? "–" : hundredths(device.accuracy()) + " %");
    }

    private static String hundredths(double fraction) {
        return Double.isNaN(fraction) ? "?" : Units.percent(fraction).replace(" %", "");
    }

    private static String sizes(DeviceResult device) {
        Long before =
                device.device().dense() == null ? null : device.device().dense().sizeBytes();
        Long after = device.device().active() == null
                ? null
                : device.device().active().sizeBytes();
        String left = before == null ? "?" : Units.bytes(before);
        return after == null || device.variant() == null ? left : left + " → " + Units.bytes(after);
    }

    private static String micros(double micros) {
        return Double.isNaN(micros) ? "?" : Units.micros(micros);
    }
}
