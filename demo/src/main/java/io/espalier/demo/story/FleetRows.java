package io.espalier.demo.story;

import io.espalier.demo.api.Device;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Units;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Says in one line what a device is doing. */
final class FleetRows {
    private static final String WAITS_FOR_ITS_PLAN = "waits for its plan";

    private FleetRows() {}

    /**
     * The line.
     *
     * @param neededSamples measured samples of its variant after which a device's part of the story is told
     * @param decidedBefore what was decided before the device's budget was set; null where none was set in this run
     */
    static LiveRow row(Device device, long neededSamples, Device.@Nullable Decided decidedBefore) {
        if (device.decided().equals(decidedBefore)) {
            return LiveRow.of(device.id(), WAITS_FOR_ITS_PLAN, "");
        }
        if (device.job() != null
                && (device.state().equals("pruning") || device.state().equals("planning"))) {
            return working(device, device.job());
        }
        if (device.samplesOfVariant() > 0) {
            return serving(device, neededSamples);
        }
        return LiveRow.of(device.id(), words(device), detail(device));
    }

    private static LiveRow serving(Device device, long neededSamples) {
        long samples = device.samplesOfVariant();
        double fraction = Math.min(1, (double) samples / neededSamples);
        String status = samples >= neededSamples ? "serves its variant" : "serves its variant, measuring";
        Device.Measured measured = device.measured();
        String p95 =
                measured == null || measured.p95Micros() == null ? "" : ", p95 " + Units.micros(measured.p95Micros());
        return new LiveRow(device.id(), status, OptionalDouble.of(fraction), Units.count(samples) + " samples" + p95);
    }

    private static LiveRow working(Device device, Device.DeviceJob job) {
        return new LiveRow(device.id(), words(job.stage()), OptionalDouble.of(job.fraction()), left(job.secondsLeft()));
    }

    /** A stage is the controller's word for a job that waits or begins, and the worker's for what it does. */
    private static String words(@Nullable String stage) {
        return switch (stage == null ? "" : stage) {
            case "queued" -> "waits for a worker";
            case "", "running" -> "prunes: a worker starts";
            case "plan" -> "prunes: looks at what is asked";
            case "data" -> "prunes: reads the data";
            case "select" -> "prunes: chooses channels";
            case "fit" -> "prunes: fits what is left";
            case "fine-tune" -> "prunes: fine-tunes";
            case "evaluate" -> "prunes: evaluates";
            default -> "prunes: " + stage;
        };
    }

    /** How long a job will take; nothing where that is not known or not worth a word. */
    static String left(@Nullable Double seconds) {
        return seconds == null || seconds <= 0 ? "" : "about %.0f s left".formatted(Math.ceil(seconds));
    }

    private static String words(Device device) {
        boolean dense = device.active() != null && !device.active().pruned();
        return switch (device.state()) {
            case "enrolled" -> device.online() ? "enrolled" : "starting";
            case "measuring" -> "measures itself";
            case "planning" -> WAITS_FOR_ITS_PLAN;
            case "pruning" -> "waits for its variant";
            case "delivering" ->
                device.budget() == null ? "fetches and tries the unpruned model" : "fetches and tries its variant";
            case "serving" -> dense ? "serves the unpruned model" : "serves its variant, measuring";
            case "refused" -> "refused";
            default -> device.state();
        };
    }

    private static String detail(Device device) {
        if (device.state().equals("pruning")) {
            return ""; // Its job is over; what was decided before that is no news.
        }
        if (device.state().equals("refused")
                && device.refusal() != null
                && device.refusal().detail() != null) {
            return device.refusal().detail();
        }
        return device.stateDetail() == null ? "" : device.stateDetail();
    }
}
