package io.espalier.faults.disk;

import java.util.List;
import java.util.stream.Stream;

/**
 * One fault at one operation, or one that lasts and was there before the first.
 *
 * @param point name of the operation, its verb first; empty for from the start; of errors in one folder, {@code in} and its name
 * @param occurrence the how-manieth operation of that name, from 1
 */
public record FaultPlan(DiskFault fault, String point, int occurrence) {
    private static final String SEPARATOR = "|";

    /** Every operation is told, none fails. */
    public static final FaultPlan RECORDING = new FaultPlan(DiskFault.NONE, "", 1);

    public FaultPlan {
        if (occurrence < 1 || point.contains(SEPARATOR)) {
            throw new IllegalArgumentException("No plan: \"" + point + "\", occurrence " + occurrence);
        }
    }

    /** Every fault that is worth a case at an operation. */
    public static List<FaultPlan> at(String point) {
        String verb = point.substring(0, point.indexOf(' '));
        return Stream.of(DiskFault.values())
                .filter(fault -> fault != DiskFault.NONE && fault.beginsAt(verb))
                .map(fault -> new FaultPlan(fault, point, 1))
                .toList();
    }

    /** One that lasts and is there before the first operation, on the whole disk. */
    public static FaultPlan fromTheStart(DiskFault fault) {
        return new FaultPlan(fault, "", 1);
    }

    /** Errors from the start in one folder. */
    public static FaultPlan errorsIn(String folder) {
        return new FaultPlan(DiskFault.IO_ERRORS, "in " + folder, 1);
    }

    boolean isFromTheStart() {
        return fault == DiskFault.IO_ERRORS || (point.isEmpty() && fault.lasts());
    }

    /** As the value of a system property. */
    public String toProperty() {
        return fault + SEPARATOR + point + SEPARATOR + occurrence;
    }

    /** The point without its verb. */
    String file() {
        return point.substring(point.indexOf(' ') + 1);
    }

    static FaultPlan parse(String property) {
        String[] words = property.split("[|]", -1);
        return new FaultPlan(DiskFault.valueOf(words[0]), words[1], Integer.parseInt(words[2]));
    }

    @Override
    public String toString() {
        return fault.label()
                + (isFromTheStart() ? (point.isEmpty() ? "" : " " + point) + " from the start" : ": " + point)
                + (occurrence == 1 ? "" : " (" + occurrence + ")");
    }
}
