package io.espalier.demo.story;

import java.util.List;

/**
 * One of the unequal devices, and what is asked of it.
 *
 * @param slowdown each inference is repeated this often, which costs what a device that much slower would take
 * @param share asked p95, as a share of the device's own unpruned p95 or, for an impossible demand, of its floor
 * @param impossible whether the demand lies below what the device can reach, so that it must be refused
 */
public record DemoDevice(String id, int slowdown, double share, boolean impossible) {
    public static final List<DemoDevice> FLEET = List.of(
            new DemoDevice("gateway-1x", 1, 0.7, false),
            new DemoDevice("camera-4x", 4, 0.5, false),
            new DemoDevice("sensor-10x", 10, 0.35, false),
            new DemoDevice("badge-25x", 25, 0.5, true));

    /** Group all of them are in. */
    public static final String GROUP = "demo";

    /** What is asked, in words. */
    public String demand() {
        return "%s of its %s p95".formatted(share == 0.5 ? "half" : share, impossible ? "floor's" : "unpruned");
    }
}
