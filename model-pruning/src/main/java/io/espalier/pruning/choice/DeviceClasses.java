package io.espalier.pruning.choice;

import io.espalier.pruning.latency.Timing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sorts devices into classes by their probe timings: each joins the nearest class whose first device it is alike, or begins
 * one.
 *
 * <p>A class is known by the device that began it, so it never drifts; whoever comes first decides where the borders are, and
 * the same order gives the same classes. <i>Cost:</i> one comparison a class of like pace.
 */
public final class DeviceClasses {
    /** Steps of pace that devices of one class are at most one apart in. */
    private static final double PACE_STEP = 2 * Likeness.LARGEST_OF_A_CLASS;

    private final Map<Pace, List<Begun>> begun = new HashMap<>();
    /** One list for all devices that timed the same probes, so that they are compared by it alone. */
    private final Map<List<String>, List<String>> suites = new HashMap<>();

    private int classes;

    private record Pace(String kind, long step) {}

    private record Begun(int number, ProbeTimes first) {}

    /**
     * The number of the device's class.
     *
     * @param kind devices of different kinds never share a class: runtime, threads, processor
     * @param timings of the base suite
     */
    public int classOf(String kind, List<Timing> timings) {
        ProbeTimes device = ProbeTimes.of(timings, suites);
        Pace pace = new Pace(kind, Math.round(device.pace() / PACE_STEP));
        Begun nearest = null;
        double distance = Double.POSITIVE_INFINITY;
        for (long near = pace.step - 1; near <= pace.step + 1; near++) {
            for (Begun each : begun.getOrDefault(new Pace(kind, near), List.of())) {
                if (device.isFartherThan(Likeness.LARGEST_OF_A_CLASS, each.first)) {
                    continue;
                }
                Likeness likeness = Likeness.of(device, each.first);
                if (likeness.isOneClass() && likeness.median() < distance) {
                    nearest = each;
                    distance = likeness.median();
                }
            }
        }
        if (nearest != null) {
            return nearest.number;
        }
        begun.computeIfAbsent(pace, p -> new ArrayList<>()).add(new Begun(classes, device));
        return classes++;
    }

    /** How many classes there are. */
    public int size() {
        return classes;
    }
}
