package io.espalier.demo.story;

import io.espalier.demo.api.ControllerApi;
import io.espalier.demo.api.Device;
import io.espalier.demo.api.ProblemException;
import io.espalier.demo.api.Variant;
import io.espalier.terminal.LiveRow;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the devices. As soon as one has measured itself and the unpruned model, it is asked for its budget; the others
 * need not be waited for.
 */
final class Fleet {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int UNPROCESSABLE = 422;

    private final ControllerApi api;
    private final StoryBook book;
    private final Screen screen;
    private final Waiting waiting;
    private final Map<String, String> told = new HashMap<>();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> slow = new HashSet<>();
    /** What was decided of a device before its budget was set, which the controller tells until it decides anew. */
    private final Map<String, Device.Decided> decidedBefore = new HashMap<>();

    private List<Device> devices = List.of();

    Fleet(ControllerApi api, StoryBook book, Screen screen, Waiting waiting) {
        this.api = api;
        this.book = book;
        this.screen = screen;
        this.waiting = waiting;
    }

    /** Returns when every device is there: one that is still starting disturbs the others while they are timed. */
    void awaitOnline() throws InterruptedException {
        waiting.polling(PATIENCE, () -> {
            try {
                devices = api.devices(DemoDevice.GROUP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoryFailedException("Interrupted");
            }
            List<LiveRow> rows = new ArrayList<>();
            boolean all = true;
            for (DemoDevice demo : DemoDevice.FLEET) {
                Device device = device(demo);
                boolean online = device != null && device.online();
                rows.add(LiveRow.of(demo.id(), online ? "enrolled" : "starting", ""));
                all &= online;
            }
            return new Waiting.Look(rows, all);
        });
    }

    /** Returns when each device serves a variant that is measured well enough, was refused, or has failed. */
    List<DeviceResult> follow() throws InterruptedException {
        waiting.polling(PATIENCE, this::look);
        screen.live(List.of());
        List<DeviceResult> results = new ArrayList<>();
        for (DemoDevice demo : DemoDevice.FLEET) {
            Device device = device(demo);
            if (device == null) {
                throw new StoryFailedException("The controller has lost the device " + demo.id());
            }
            results.add(new DeviceResult(
                    demo,
                    device,
                    book.state().asked().getOrDefault(demo.id(), Double.NaN),
                    book.state().refusedFloors().get(demo.id()),
                    variant(device)));
        }
        return results;
    }

    private Waiting.Look look() {
        try {
            devices = api.devices(DemoDevice.GROUP);
            List<LiveRow> rows = new ArrayList<>();
            boolean last = true;
            for (DemoDevice demo : DemoDevice.FLEET) {
                Device device = device(demo);
                if (device == null) {
                    rows.add(LiveRow.of(demo.id(), "starting", ""));
                    last = false;
                } else {
                    last &= advance(demo, device);
                    rows.add(row(demo, device));
                }
            }
            return new Waiting.Look(rows, last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoryFailedException("Interrupted");
        }
    }

    private LiveRow row(DemoDevice demo, Device device) {
        if (book.state().refusedFloors().containsKey(demo.id())) {
            return LiveRow.of(demo.id(), "refused", ""); // Why was said when it was asked for.
        }
        return FleetRows.row(device, Claims.NEEDED_SAMPLES, decidedBefore.get(demo.id()));
    }

    /** Does the next thing for this device; true when its part is over. */
    private boolean advance(DemoDevice demo, Device device) throws InterruptedException {
        if (!book.state().asked().containsKey(demo.id())) {
            return ask(demo, device);
        }
        if (book.state().refusedFloors().containsKey(demo.id())) {
            return true;
        }
        if (device.samplesOfVariant() >= Claims.NEEDED_SAMPLES) {
            if (device.within(book.state().asked().get(demo.id()))) {
                tellFinished(device);
                return true;
            }
            tellTooSlow(device);
        }
        // A budget that was accepted may still turn out to be out of reach, once a trial has corrected the plan.
        boolean failed = device.state().equals("failed") || (device.state().equals("refused") && device.job() == null);
        if (failed && finished.add(device.id())) {
            screen.failed(demo.id() + " got no variant that fits: " + device.stateDetail());
        }
        return failed;
    }

    private boolean ask(DemoDevice demo, Device device) throws InterruptedException {
        Device.Dense dense = device.dense();
        if (dense == null || dense.p95Micros() == null) {
            return false;
        }
        Double floor = api.floorP95Micros(demo.id());
        if (floor == null) {
            return false;
        }
        double asked = demo.share() * (demo.impossible() ? floor : dense.p95Micros());
        String demand = "%s: unpruned p95 %s, floor %s; asked for %s (%s)"
                .formatted(
                        demo.id(),
                        Units.micros(dense.p95Micros()),
                        Units.micros(floor),
                        Units.micros(asked),
                        demo.demand());
        try {
            api.setBudget(demo.id(), asked);
            decidedBefore.put(demo.id(), device.decided());
            book.update(state -> state.withAsked(demo.id(), asked));
            screen.done(demand, "");
            return false;
        } catch (ProblemException e) {
            if (e.status() != UNPROCESSABLE) {
                throw e;
            }
            book.update(state -> state.withAsked(demo.id(), asked).withRefused(demo.id(), e.number("floorP95Micros")));
            screen.done(demand, "");
            screen.note(demo.id() + ": refused, " + e.detail());
            return true;
        }
    }

    private void tellFinished(Device device) {
        Device.Active active = device.active();
        if (active != null && !active.variantDigest().equals(told.put(device.id(), active.variantDigest()))) {
            Device.Measured measured = device.measured();
            screen.done(
                    "%s serves its variant: measured p95 %s, predicted %s"
                            .formatted(
                                    device.id(),
                                    micros(measured == null ? null : measured.p95Micros()),
                                    micros(active.predictedP95Micros())),
                    "");
        }
    }

    /** The controller sees the same telemetry, and prunes again. */
    private void tellTooSlow(Device device) {
        Device.Active active = device.active();
        Device.Measured measured = device.measured();
        if (active != null && measured != null && slow.add(device.id() + " " + active.variantDigest())) {
            screen.note("%s: telemetry says p95 %s to %s, over its budget; the controller prunes again"
                    .formatted(device.id(), micros(measured.p95LowerMicros()), micros(measured.p95UpperMicros())));
        }
    }

    private @Nullable Variant variant(Device device) throws InterruptedException {
        Device.Active active = device.active();
        return active == null || !active.pruned() ? null : api.variant(active.variantDigest());
    }

    private @Nullable Device device(DemoDevice demo) {
        return devices.stream()
                .filter(device -> device.id().equals(demo.id()))
                .findFirst()
                .orElse(null);
    }

    private static String micros(@Nullable Double micros) {
        return micros == null ? "?" : Units.micros(micros);
    }
}
