package io.espalier.controller.upgrade;

import io.espalier.proto.DeviceId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Every order there was. */
public interface Upgrades {
    /** Most lists are this long at most: the newest. */
    int MOST = 100;

    void add(UpgradeOrder order);

    Optional<UpgradeOrder> find(String id);

    /** The newest, newest first. */
    List<UpgradeOrder> newest();

    /** Those that are carried on, oldest first. */
    List<UpgradeOrder> running();

    /** Keeps what {@code change} makes of an order, which nobody else changes meanwhile; empty when there is no such order. */
    Optional<Changed> change(String id, UnaryOperator<UpgradeOrder> change);

    /** The newest order of each of these devices; devices that were in none are missing. */
    Map<DeviceId, Latest> latestOf(Collection<DeviceId> devices);

    /** An order before a change and behind it. */
    record Changed(UpgradeOrder before, UpgradeOrder after) {
        public boolean isNews() {
            return !before.equals(after);
        }
    }

    /** What became of a device in its newest order. */
    record Latest(String orderId, String version, StepState state, String detail, Instant changedAt) {}
}
