package io.espalier.demo.story;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.demo.api.Device;
import io.espalier.demo.api.Variant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Toy results: a story that went well, and ways in which it may not. */
final class Results {
    private Results() {}

    static StoryResult good() {
        return of(pruned(0, 180, 126, 0.95), pruned(1, 720, 360, 0.945), pruned(2, 1800, 630, 0.938), refused());
    }

    static StoryResult of(DeviceResult... devices) {
        return new StoryResult(0.948, 0.951, List.of(devices), Duration.ofSeconds(101), false);
    }

    static DeviceResult pruned(int index, double dense, double asked, double accuracy) {
        return pruned(index, dense, asked, accuracy, 0.95 * asked, 640, 0.31);
    }

    static DeviceResult pruned(
            int index, double dense, double asked, double accuracy, double lower, long samples, double random) {
        DemoDevice demo = DemoDevice.FLEET.get(index);
        return new DeviceResult(
                demo,
                device(
                        demo.id(),
                        "serving",
                        new Device.Active("abc", "pruned", 0.93 * asked, 120_000L, accuracy),
                        dense,
                        new Device.Measured(samples, 1.02 * lower, lower, 1.06 * lower, accuracy)),
                asked,
                null,
                variant(random));
    }

    static DeviceResult refused() {
        DemoDevice demo = DemoDevice.FLEET.get(3);
        Device device = device(
                demo.id(),
                "refused",
                new Device.Active("def", "dense", null, 373_000L, 0.948),
                4500,
                new Device.Measured(400, 4500.0, 4400.0, 4600.0, 0.948));
        return new DeviceResult(demo, device, 300, 600.0, null);
    }

    private static Device device(
            String id, String state, Device.Active active, double dense, Device.@Nullable Measured measured) {
        return new Device(
                id,
                state,
                null,
                true,
                "m1",
                null,
                null,
                active,
                new Device.Dense(dense, 0.948, 373_000L),
                measured,
                null);
    }

    static StoryResult with(StoryResult result, DeviceResult replacement) {
        List<DeviceResult> devices = new ArrayList<>(result.devices());
        devices.replaceAll(device -> device.demo().equals(replacement.demo()) ? replacement : device);
        return new StoryResult(
                result.denseAccuracy(), result.baselineAccuracy(), devices, result.duration(), result.continued());
    }

    private static Variant variant(double random) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.putObject("variant").put("randomOneShotAccuracy", random);
        return new Variant(content);
    }
}
