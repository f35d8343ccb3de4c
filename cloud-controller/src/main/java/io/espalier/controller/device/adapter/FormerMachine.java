package io.espalier.controller.device.adapter;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Forgets, in the caller's transaction, what is known of the machine that had a device's name before: a new machine is
 * measured afresh and asked for its model again. What it did stays in the history.
 */
final class FormerMachine {
    /** Its timings and sums; minutes stay for the chart, where each has its time. */
    private static final List<String> FORGOTTEN = List.of(
            "delete from device_profile where device_id = :device",
            "delete from budget_refusal where device_id = :device",
            "delete from device_flow where device_id = :device",
            "delete from telemetry_variant where device_id = :device",
            "update plan set retired = true where device_id = :device");

    private FormerMachine() {}

    static void forget(Handle handle, DeviceId device, Instant now) {
        // First what a report locks first, so that the two never wait for each other.
        handle.createUpdate("delete from device_report where device_id = :device")
                .bind("device", device.value())
                .execute();
        // The version grows: the broker still holds what the former machine was asked for. The row's lock keeps a
        // deployment or a report of that moment out.
        handle.createUpdate("update device_desired set version = version + 1, measure = '{}', deployment_id = null,"
                        + " program_digest = null"
                        + " where device_id = :device")
                .bind("device", device.value())
                .execute();
        handle.createUpdate("update deployment set former_machine = true, state = case when state = 'refused'"
                        + " then state else 'superseded' end, changed_at = :now"
                        + " where device_id = :device and not former_machine")
                .bind("device", device.value())
                .bind("now", now)
                .execute();
        for (String statement : FORGOTTEN) {
            handle.createUpdate(statement).bind("device", device.value()).execute();
        }
    }
}
