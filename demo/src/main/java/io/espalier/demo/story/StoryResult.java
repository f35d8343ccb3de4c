package io.espalier.demo.story;

import java.time.Duration;
import java.util.List;

/**
 * Everything the table and the claims are made of.
 *
 * @param denseAccuracy of the model as shipped, on the test split; NaN without one
 * @param baselineAccuracy of the dense model fine-tuned with the same data and epochs; NaN while unknown
 * @param duration from the start of the program to the last device's measurement
 * @param continued whether an earlier run on the same folder had told a part already
 */
record StoryResult(
        double denseAccuracy,
        double baselineAccuracy,
        List<DeviceResult> devices,
        Duration duration,
        boolean continued) {
    StoryResult {
        devices = List.copyOf(devices);
    }

    /** The duration in seconds, rounded up: what is above a whole bound reads so, too. */
    long seconds() {
        return duration.plusNanos(999_999_999).toSeconds();
    }
}
