package io.espalier.demo.story;

import io.espalier.demo.api.Device;
import io.espalier.demo.api.Variant;
import org.jspecify.annotations.Nullable;

/**
 * How one device's part of the story ended.
 *
 * @param askedMicros the budget asked, p95
 * @param refusedFloorMicros the floor that came with the refusal; null when the budget was accepted
 * @param variant what it serves now, when that is a pruned model
 */
record DeviceResult(
        DemoDevice demo,
        Device device,
        double askedMicros,
        @Nullable Double refusedFloorMicros,
        @Nullable Variant variant) {
    boolean refused() {
        return refusedFloorMicros != null;
    }

    double denseP95Micros() {
        return device.dense() == null ? Double.NaN : orNaN(device.dense().p95Micros());
    }

    double measuredP95Micros() {
        return device.measured() == null ? Double.NaN : orNaN(device.measured().p95Micros());
    }

    double measuredLowerMicros() {
        return device.measured() == null ? Double.NaN : orNaN(device.measured().p95LowerMicros());
    }

    double measuredUpperMicros() {
        return device.measured() == null ? Double.NaN : orNaN(device.measured().p95UpperMicros());
    }

    double predictedP95Micros() {
        return device.active() == null ? Double.NaN : orNaN(device.active().predictedP95Micros());
    }

    double accuracy() {
        return device.active() == null ? Double.NaN : orNaN(device.active().accuracy());
    }

    boolean withinBudget() {
        return device.within(askedMicros);
    }

    static double orNaN(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }
}
