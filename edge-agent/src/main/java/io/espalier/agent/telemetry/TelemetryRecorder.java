package io.espalier.agent.telemetry;

import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.inference.ServedVariant;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers what inferences did into windows, one per variant, and spools closed windows and events. */
public final class TelemetryRecorder {
    private final DeviceId device;
    private final Spool spool;
    private final Clock clock;
    private final Totals totals = new Totals();
    private final Map<ServedVariant, Window> open = new LinkedHashMap<>();

    public TelemetryRecorder(DeviceId device, Spool spool, Clock clock) {
        this.device = device;
        this.spool = spool;
        this.clock = clock;
    }

    public synchronized void inference(ServedModel model, long durationNanos) {
        window(model.name()).inference(durationNanos);
        totals.inference(durationNanos);
    }

    /** Counts an answer whose true label is known, in the window that is open now, whenever the answer was given. */
    public synchronized void label(ServedVariant variant, boolean right) {
        window(variant).label(right);
        totals.label(right);
    }

    public synchronized void error(ServedModel model) {
        window(model.name()).error();
        totals.error();
    }

    /** Everything since the agent started. */
    public synchronized Totals.Snapshot totals() {
        return totals.snapshot();
    }

    private Window window(ServedVariant variant) {
        return open.computeIfAbsent(variant, name -> new Window(name, clock.millis()));
    }

    /** Closes every window that holds something. Inferences do not wait for the disk meanwhile. */
    public void roll() {
        long now = clock.millis();
        List<Window> closing;
        synchronized (this) {
            closing = List.copyOf(open.values());
            open.clear();
        }
        for (Window window : closing) {
            TelemetryBatch.Builder batch = window.closed(now).setDeviceId(device.value());
            spool.append(
                    SpoolRecord.Kind.TELEMETRY,
                    (epoch, sequence, dropped) -> batch.setEpoch(epoch)
                            .setSequence(sequence)
                            .setDroppedBatches(dropped)
                            .build()
                            .toByteArray());
        }
    }

    /** Something worth a line in the device's history. */
    public void event(Event.Kind kind, String text, Map<String, String> attributes) {
        Event.Builder event = Event.newBuilder()
                .setDeviceId(device.value())
                .setAtMillis(clock.millis())
                .setKind(kind)
                .setText(text)
                .putAllAttributes(attributes);
        spool.append(
                SpoolRecord.Kind.EVENT,
                (epoch, sequence, dropped) ->
                        event.setEpoch(epoch).setSequence(sequence).build().toByteArray());
    }
}
