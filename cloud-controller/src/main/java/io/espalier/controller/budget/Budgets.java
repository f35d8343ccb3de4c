package io.espalier.controller.budget;

import io.espalier.controller.deployment.History;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.live.LiveEvents;
import io.espalier.proto.DeviceId;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Sets budgets and refuses the ones that a device's own measurements show to be out of reach. */
public final class Budgets {
    private final BudgetBook book;
    private final Floors floors;
    private final DeviceRegistry devices;
    private final History history;
    private final LiveEvents live;
    private final Clock clock;

    public Budgets(
            BudgetBook book, Floors floors, DeviceRegistry devices, History history, LiveEvents live, Clock clock) {
        this.book = book;
        this.floors = floors;
        this.devices = devices;
        this.history = history;
        this.live = live;
        this.clock = clock;
    }

    /** A refused budget stands in the device's history and changes nothing: what it had goes on to count. */
    public BudgetVerdict set(DeviceId id, Budget budget) {
        Device device = devices.find(id).orElse(null);
        if (device == null || device.isRetired()) {
            return new BudgetVerdict.NoSuchDevice();
        }
        Optional<Refusal> refusal = refusalOf(id, budget);
        if (refusal.isPresent()) {
            tellOnce(
                    id,
                    "A budget was refused and changes nothing. " + refusal.get().detail());
            return new BudgetVerdict.BelowFloor(refusal.get());
        }
        book.put(id, budget, clock.instant());
        book.forgetRefusal(id);
        live.publish(new BudgetChanged(id));
        return new BudgetVerdict.Accepted();
    }

    /** Whoever asks for the same again and again shall not drive everything else out of the history. */
    private void tellOnce(DeviceId id, String refused) {
        boolean isNews = history.of(id).stream()
                .findFirst()
                .filter(newest -> newest.text().equals(refused))
                .isEmpty();
        if (isNews) {
            history.tell(id, "budget-refused", refused);
        }
    }

    /** A group's budget holds for those who can meet it; the answer names the members that cannot, which keep what they run. */
    public Map<DeviceId, Refusal> set(GroupName group, Budget budget) {
        book.put(group, budget, clock.instant());
        return recheckMembers(group);
    }

    /** False when the device had no budget of its own. */
    public boolean remove(DeviceId id) {
        boolean removed = book.remove(id);
        if (removed) {
            recheck(id);
        }
        return removed;
    }

    public boolean remove(GroupName group) {
        boolean removed = book.remove(group);
        if (removed) {
            recheckMembers(group);
        }
        return removed;
    }

    /** What counts for a device, whether or not it can be met. */
    public Optional<EffectiveBudget> effective(DeviceId id) {
        return devices.find(id).flatMap(device -> prevailing(book.find(id), book.find(device.group())));
    }

    /** What to plan for now; empty when there is no budget, or the device is known not to reach it. */
    public Optional<EffectiveBudget> toPlan(DeviceId id) {
        return effective(id)
                .filter(effective -> refusalOf(id, effective.budget()).isEmpty())
                .filter(effective -> !isKnownToBeOutOfReach(id, effective));
    }

    /** Planning found that a device cannot reach its budget. */
    public void refuse(DeviceId id, Refusal refusal) {
        book.remember(id, refusal);
        live.publish(new BudgetChanged(id));
    }

    /** Planning found something for a budget that it had refused. */
    public void withinReach(DeviceId id) {
        if (toPlan(id).isEmpty()) {
            recheck(id);
        }
    }

    /** Compares a device's budget with what it measured since, or with the budget of the group it came to. */
    public void recheck(DeviceId id) {
        Optional<EffectiveBudget> effective = effective(id);
        Optional<Refusal> refusal = effective.flatMap(each -> refusalOf(id, each.budget()));
        if (refusal.isPresent()) {
            boolean known = isKnownToBeOutOfReach(id, effective.get());
            book.remember(id, refusal.get());
            if (!known) {
                history.tell(id, "refused", outOfReach(effective.get().source(), refusal.get()));
            }
        } else {
            book.forgetRefusal(id);
        }
        live.publish(new BudgetChanged(id));
    }

    /** As {@link #recheck}, but a refusal stays: planning may have proved it by more than the floor. */
    public void measured(DeviceId id) {
        effective(id)
                .filter(effective -> !isKnownToBeOutOfReach(id, effective))
                .flatMap(effective -> refusalOf(id, effective.budget()))
                .ifPresent(refusal -> recheck(id));
    }

    private boolean isKnownToBeOutOfReach(DeviceId id, EffectiveBudget effective) {
        return book.refusal(id)
                .filter(refusal -> refusal.isOf(effective.budget()))
                .isPresent();
    }

    private static String outOfReach(EffectiveBudget.Source source, Refusal refusal) {
        return (source == EffectiveBudget.Source.GROUP ? "The group's" : "Its") + " budget is out of reach. "
                + refusal.detail() + " The device keeps its model.";
    }

    private Map<DeviceId, Refusal> recheckMembers(GroupName group) {
        Map<DeviceId, Refusal> refused = new LinkedHashMap<>();
        for (Device member : devices.inGroup(group)) {
            if (book.find(member.id()).isEmpty()) {
                recheck(member.id());
                book.refusal(member.id()).ifPresent(refusal -> refused.put(member.id(), refusal));
            }
        }
        return refused;
    }

    private Optional<Refusal> refusalOf(DeviceId id, Budget budget) {
        Double requested = budget.latencyP95Micros();
        OptionalDouble floor = requested == null ? OptionalDouble.empty() : floors.p95Micros(id);
        return requested == null || floor.isEmpty() || requested >= floor.getAsDouble()
                ? Optional.empty()
                : Optional.of(Refusal.of(requested, floor.getAsDouble(), clock.instant()));
    }

    /** The device's own budget as a whole, else its group's. */
    public static Optional<EffectiveBudget> prevailing(Optional<Budget> own, Optional<Budget> ofGroup) {
        return own.map(budget -> new EffectiveBudget(budget, EffectiveBudget.Source.DEVICE))
                .or(() -> ofGroup.map(budget -> new EffectiveBudget(budget, EffectiveBudget.Source.GROUP)));
    }
}
