package io.espalier.controller.planning;

import io.espalier.controller.profile.DeviceProfile;
import io.espalier.proto.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Devices that behave alike and so share one pruned variant: the same processor, runtime, threads and slowdown, and
 * the unpruned model as fast within a tenth. Single probe timings are left out on purpose: their noise would put every
 * device in a class of its own, and a variant that does not fit after all is caught by the device's own trial.
 */
public record DeviceClass(String name) {
    private static final double STEP = Math.log(1.1);

    public static DeviceClass of(DeviceProfile profile, double denseP95Micros) {
        DeviceProfile.Hardware hardware = profile.hardware();
        long step = Math.round(Math.log(Math.max(denseP95Micros, 1e-3)) / STEP);
        return new DeviceClass(String.join(
                "|",
                hardware.arch(),
                hardware.cpuModel(),
                Integer.toString(hardware.cores()),
                Integer.toString(hardware.simulatedSlowdown()),
                profile.runtime().word(),
                Long.toString(step)));
    }

    /** The key under which a pruning job is shared by all who would ask for the same. */
    public String sharedKey(String modelDigest, String recipe, String target, Correction correction) {
        String all = String.join(
                "\n", modelDigest, recipe, name, target, String.format(Locale.ROOT, "%.2f", correction.factor()));
        return "prune:" + Sha256.of(all.getBytes(StandardCharsets.UTF_8));
    }

    /** Rounds a latency down to three digits, so that budgets which differ by less share their variant. */
    public static double step(double latencyMicros) {
        double digit = Math.pow(10, Math.floor(Math.log10(latencyMicros)) - 2);
        return Math.floor(latencyMicros / digit + 1e-9) * digit;
    }
}
