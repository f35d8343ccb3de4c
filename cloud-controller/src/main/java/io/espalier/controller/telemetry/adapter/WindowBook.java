package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.telemetry.Tally;
import io.espalier.controller.telemetry.TelemetryWindow;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Adds windows to the sums, within a transaction of its caller. Sums are locked in one order, so two never wait for each other. */
final class WindowBook {
    private final Handle handle;
    private final Instant now;

    WindowBook(Handle handle, Instant now) {
        this.handle = handle;
        this.now = now;
    }

    private record MinuteKey(DeviceId device, Sha256 variant, Instant minute) implements Comparable<MinuteKey> {
        @Override
        public int compareTo(MinuteKey other) {
            return sortable().compareTo(other.sortable());
        }

        private String sortable() {
            return device + "/" + variant + "/" + minute;
        }
    }

    /** Returns how many of them were counted already. */
    int add(Collection<TelemetryWindow> windows) {
        Map<MinuteKey, Tally> minutes = new TreeMap<>();
        Map<MinuteKey, Tally> variants = new TreeMap<>();
        int repeated = 0;
        for (TelemetryWindow window : windows) {
            if (!firstTime(window)) {
                repeated++;
                continue;
            }
            minutes.computeIfAbsent(
                            new MinuteKey(window.device(), window.variant(), window.minute()), key -> Tally.empty())
                    .add(window);
            variants.computeIfAbsent(
                            new MinuteKey(window.device(), window.variant(), Instant.EPOCH), key -> Tally.empty())
                    .add(window);
        }
        minutes.forEach(this::addMinute);
        variants.forEach(this::addVariant);
        return repeated;
    }

    private boolean firstTime(TelemetryWindow window) {
        return handle.createUpdate("insert into telemetry_seen (device_id, epoch, sequence, received_at)"
                                + " values (:device, :epoch, :sequence, :now) on conflict do nothing")
                        .bind("device", window.device().value())
                        .bind("epoch", window.epoch())
                        .bind("sequence", window.sequence())
                        .bind("now", now)
                        .execute()
                > 0;
    }

    private void addMinute(MinuteKey key, Tally tally) {
        handle.createQuery("select * from telemetry_minute where device_id = :device and minute = :minute"
                        + " and variant_digest = :variant for update")
                .bind("device", key.device().value())
                .bind("minute", key.minute())
                .bind("variant", key.variant().hex())
                .map((row, context) -> JdbcTelemetry.tally(row))
                .findOne()
                .ifPresent(tally::add);
        Tally.Summary sums = tally.summary();
        handle.createUpdate("insert into telemetry_minute (device_id, variant_digest, minute, histogram, inferences,"
                        + " errors, labelled, correct) values (:device, :variant, :minute, :histogram, :inferences,"
                        + " :errors, :labelled, :correct) on conflict (device_id, minute, variant_digest) do update"
                        + " set histogram = excluded.histogram, inferences = excluded.inferences,"
                        + " errors = excluded.errors, labelled = excluded.labelled, correct = excluded.correct")
                .bind("device", key.device().value())
                .bind("variant", key.variant().hex())
                .bind("minute", key.minute())
                .bind("histogram", tally.encodedLatency())
                .bind("inferences", sums.inferences())
                .bind("errors", sums.errors())
                .bind("labelled", sums.labelled())
                .bind("correct", sums.correct())
                .execute();
    }

    private void addVariant(MinuteKey key, Tally tally) {
        handle.createQuery("select * from telemetry_variant where device_id = :device"
                        + " and variant_digest = :variant for update")
                .bind("device", key.device().value())
                .bind("variant", key.variant().hex())
                .map((row, context) -> JdbcTelemetry.tally(row))
                .findOne()
                .ifPresent(tally::add);
        Tally.Summary sums = tally.summary();
        handle.createUpdate("insert into telemetry_variant (device_id, variant_digest, histogram, inferences,"
                        + " errors, labelled, correct, last_at) values (:device, :variant, :histogram, :inferences,"
                        + " :errors, :labelled, :correct, :now) on conflict (device_id, variant_digest) do update"
                        + " set histogram = excluded.histogram, inferences = excluded.inferences,"
                        + " errors = excluded.errors, labelled = excluded.labelled, correct = excluded.correct,"
                        + " last_at = excluded.last_at")
                .bind("device", key.device().value())
                .bind("variant", key.variant().hex())
                .bind("histogram", tally.encodedLatency())
                .bind("inferences", sums.inferences())
                .bind("errors", sums.errors())
                .bind("labelled", sums.labelled())
                .bind("correct", sums.correct())
                .bind("now", now)
                .execute();
    }
}
