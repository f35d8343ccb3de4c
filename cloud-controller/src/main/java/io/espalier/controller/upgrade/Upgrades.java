package io.espalier.controller.upgrade;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Every order there was. */
public interface Upgrades {
    /** Most lists are this long at most: the newest. */
    int MOST = 100;

    void add(UpgradeOrder order);

    Optional<UpgradeOrder> find(String id);

    /** The newest, newest first. */
    List<Overview> newest();

    /** Those that are carried on, oldest first. */
    List<UpgradeOrder> running();

    /** Keeps what {@code change} makes of an order, which nobody else changes meanwhile; empty when there is no such order. */
    Optional<Changed> change(String id, UnaryOperator<UpgradeOrder> change);

    /** The newest order of each of these devices; devices that were in none are missing. */
    Map<DeviceId, Latest> latestOf(Collection<DeviceId> devices);

    /** An order before a change and behind it; both have the same devices in the same order. */
    record Changed(UpgradeOrder before, UpgradeOrder after) {
        public boolean isNews() {
            return !before.equals(after);
        }

        /** What is new of its devices. */
        public List<UpgradeStep> steps() {
            return IntStream.range(0, after.steps().size())
                    .filter(i -> !after.steps().get(i).equals(before.steps().get(i)))
                    .mapToObj(after.steps()::get)
                    .toList();
        }
    }

    /**
     * An order, and of how many devices it can be said.
     *
     * @param devices states that no device is in are missing
     */
    record Overview(
            String id,
            Sha256 program,
            int batchSize,
            OrderState state,
            String reason,
            Instant createdAt,
            Instant changedAt,
            Map<StepState, Integer> devices) {}

    /** What became of a device in its newest order. */
    record Latest(String orderId, String version, StepState state, String detail, Instant changedAt) {}
}
