package io.espalier.controller.planning;

import io.espalier.controller.profile.DeviceProfile;
import io.espalier.proto.Sha256;
import io.espalier.pruning.choice.Likeness;
import io.espalier.pruning.latency.Timing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Devices that behave alike and so share one campaign. */
public record DeviceClass(long number) {

    /** What devices of one class have in common before any timing is looked at: processor family and runtime. */
    public static String kind(DeviceProfile profile) {
        DeviceProfile.Hardware hardware = profile.hardware();
        return String.join(
                "|",
                hardware.arch(),
                String.join(",", hardware.isaFlags().stream().sorted().toList()),
                profile.runtime().word());
    }

    /** The timings that a class is known by; probes that could not be timed are left out. */
    public static List<Timing> timings(DeviceProfile profile) {
        return profile.timings().stream()
                .filter(timing -> timing.error().isEmpty() && timing.medianMicros() > 0)
                .map(timing -> new Timing(
                        timing.probe(),
                        timing.medianMicros(),
                        Math.max(timing.medianMicros(), timing.p95Micros()),
                        timing.samples(),
                        timing.noise()))
                .toList();
    }

    /**
     * The class whose first device is nearest; empty where none is alike.
     *
     * @param first timings of each class's first device; of equally near ones the earlier in order is taken
     */
    public static Optional<DeviceClass> nearest(List<Timing> timings, Map<DeviceClass, List<Timing>> first) {
        DeviceClass nearest = null;
        double distance = Double.POSITIVE_INFINITY;
        for (Map.Entry<DeviceClass, List<Timing>> each : first.entrySet()) {
            Likeness likeness = Likeness.of(timings, each.getValue());
            if (likeness.isOneClass() && likeness.median() < distance) {
                nearest = each.getKey();
                distance = likeness.median();
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The key under which a pruning job is shared by all who would ask for the same. */
    public String sharedKey(String modelDigest, String recipe, String target, Correction correction) {
        String all = String.join(
                "\n",
                modelDigest,
                recipe,
                "class " + number,
                target,
                String.format(Locale.ROOT, "%.2f", correction.factor()));
        return "prune:" + Sha256.of(all.getBytes(StandardCharsets.UTF_8));
    }

    /** Rounds a latency down to three digits, so that budgets which differ by less share their variant. */
    public static double step(double latencyMicros) {
        double digit = Math.pow(10, Math.floor(Math.log10(latencyMicros)) - 2);
        return Math.floor(latencyMicros / digit + 1e-9) * digit;
    }
}
