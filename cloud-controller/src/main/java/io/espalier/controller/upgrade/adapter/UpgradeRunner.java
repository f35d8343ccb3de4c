package io.espalier.controller.upgrade.adapter;

import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.database.DatabaseTrouble;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DesiredState;
import io.espalier.controller.deployment.DeviceHeard;
import io.espalier.controller.deployment.DeviceStatus;
import io.espalier.controller.deployment.History;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.device.DeviceRetired;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.controller.upgrade.OrderState;
import io.espalier.controller.upgrade.Program;
import io.espalier.controller.upgrade.Programs;
import io.espalier.controller.upgrade.Standing;
import io.espalier.controller.upgrade.StepState;
import io.espalier.controller.upgrade.UpgradeOrder;
import io.espalier.controller.upgrade.UpgradeRule;
import io.espalier.controller.upgrade.UpgradeSelection;
import io.espalier.controller.upgrade.UpgradeStep;
import io.espalier.controller.upgrade.Upgrades;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries orders on, by one thread: after what devices say, and once in a while. What an order has come to is kept first, then
 * devices are told; so a controller that was killed in between tells them at its next start.
 */
@Singleton
final class UpgradeRunner {
    private static final Logger LOG = Logger.getLogger(UpgradeRunner.class);
    private static final long GATHERING_MILLIS = 200;
    private static final long PAUSE_SECONDS = 15;
    private static final String KIND = "upgrade";

    private final Programs programs;
    private final Upgrades upgrades;
    private final DeviceRegistry devices;
    private final Deployments deployments;
    private final DesiredState desired;
    private final ProfileStore profiles;
    private final Artifacts artifacts;
    private final History history;
    private final Clock clock;
    private final AtomicBoolean awake = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "upgrades");
        thread.setDaemon(true);
        return thread;
    });
    private String lastComplaint = "";

    UpgradeRunner(
            Programs programs,
            Upgrades upgrades,
            DeviceRegistry devices,
            Deployments deployments,
            DesiredState desired,
            ProfileStore profiles,
            Artifacts artifacts,
            History history,
            Clock clock) {
        this.programs = programs;
        this.upgrades = upgrades;
        this.devices = devices;
        this.deployments = deployments;
        this.desired = desired;
        this.profiles = profiles;
        this.artifacts = artifacts;
        this.history = history;
        this.clock = clock;
    }

    void start(@Observes DatabaseReady event) {
        worker.scheduleWithFixedDelay(this::pass, 0, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        worker.shutdownNow();
    }

    void heard(@Observes DeviceHeard event) {
        wake();
    }

    void retired(@Observes DeviceRetired event) {
        wake();
    }

    /** Soon; what comes until then is looked at together. */
    private void wake() {
        if (awake.compareAndSet(false, true)) {
            try {
                worker.schedule(this::pass, GATHERING_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("Not looked at: shutting down");
            }
        }
    }

    /** Begins an order, unless there is nobody in it to be told; then it is kept nowhere. */
    synchronized UpgradeOrder begin(Program program, List<Device> asked, int batchSize) {
        Instant now = clock.instant();
        List<DeviceId> ids = asked.stream().map(Device::id).toList();
        Map<DeviceId, DeviceStatus> statuses = deployments.statusOf(ids);
        Map<DeviceId, DeviceProfile> measured = profiles.newest(ids);
        Set<DeviceId> busy = busy();
        List<UpgradeStep> steps = ids.stream()
                .map(id -> UpgradeSelection.first(
                        program,
                        new UpgradeSelection.Candidate(id, statuses.get(id), arch(measured.get(id)), busy.contains(id)),
                        now))
                .toList();
        UpgradeOrder order = new UpgradeOrder(
                UUID.randomUUID().toString(), program.digest(), batchSize, OrderState.RUNNING, "", now, now, steps);
        if (steps.stream().anyMatch(step -> step.state() == StepState.WAITING)) {
            upgrades.add(order);
            wake();
        }
        return order;
    }

    Optional<UpgradeOrder> cancel(String id) {
        Optional<Upgrades.Changed> changed = upgrades.change(id, order -> UpgradeRule.cancel(order, clock.instant()));
        changed.ifPresent(this::record);
        wake();
        return changed.map(Upgrades.Changed::after);
    }

    private Set<DeviceId> busy() {
        Set<DeviceId> busy = new HashSet<>();
        for (UpgradeOrder order : upgrades.running()) {
            order.steps().stream()
                    .filter(step -> step.state() == StepState.WAITING || step.state() == StepState.UNDER_WAY)
                    .forEach(step -> busy.add(step.device()));
        }
        return busy;
    }

    private static @Nullable String arch(@Nullable DeviceProfile profile) {
        return profile == null ? null : profile.hardware().arch();
    }

    private void pass() {
        awake.set(false);
        try {
            for (UpgradeOrder order : upgrades.running()) {
                carryOn(order);
            }
            tellDevices();
            lastComplaint = "";
        } catch (RuntimeException e) { // Thrown on, it would end the rounds for good.
            String complaint = DatabaseTrouble.inWords(e);
            if (!complaint.equals(lastComplaint)) {
                LOG.warnf("Upgrades were not carried on: %s. Trying again every %d s", complaint, PAUSE_SECONDS);
            }
            lastComplaint = complaint;
        }
    }

    private void carryOn(UpgradeOrder order) {
        Map<DeviceId, Standing> standings = standings(order);
        boolean news = true;
        while (news) { // A batch may be done the moment it is told.
            Optional<Upgrades.Changed> changed =
                    upgrades.change(order.id(), present -> UpgradeRule.next(present, standings, clock.instant()));
            changed.ifPresent(this::record);
            news = changed.map(Upgrades.Changed::isNews).orElse(false);
        }
    }

    private Map<DeviceId, Standing> standings(UpgradeOrder order) {
        Set<DeviceId> members = new HashSet<>();
        order.steps().forEach(step -> members.add(step.device()));
        Map<DeviceId, DeviceStatus> statuses = deployments.statusOf(members);
        Map<DeviceId, Standing> standings = new HashMap<>();
        for (Device device : devices.all()) {
            if (members.contains(device.id())) {
                DeviceStatus status = statuses.get(device.id());
                standings.put(
                        device.id(),
                        new Standing(
                                device.isRetired(),
                                status != null && status.online(),
                                device.enrolledAt(),
                                status == null ? null : status.program()));
            }
        }
        return standings;
    }

    /** What devices are told follows from the orders alone. */
    private void tellDevices() {
        Map<DeviceId, Sha256> wanted = new HashMap<>();
        for (UpgradeOrder order : upgrades.running()) {
            order.steps().stream()
                    .filter(step -> step.state() == StepState.UNDER_WAY)
                    .forEach(step -> wanted.put(step.device(), order.program()));
        }
        Map<DeviceId, Sha256> told = desired.programs();
        Set<DeviceId> concerned = new HashSet<>(told.keySet());
        concerned.addAll(wanted.keySet());
        concerned.stream()
                .filter(device -> !Objects.equals(told.get(device), wanted.get(device)))
                .forEach(device -> desired.program(device, wanted.get(device)));
        new HashSet<>(wanted.values()).forEach(artifacts::want);
    }

    private void record(Upgrades.Changed changed) {
        if (!changed.isNews()) {
            return;
        }
        String agent = "agent "
                + programs.find(changed.after().program()).map(Program::version).orElse("");
        for (UpgradeStep step : changed.steps()) {
            text(step, agent).ifPresent(text -> history.tell(step.device(), KIND, text));
        }
    }

    private static Optional<String> text(UpgradeStep step, String agent) {
        return switch (step.state()) {
            case UNDER_WAY -> Optional.of("Is to become " + agent + ".");
            case UPGRADED -> Optional.of("Is " + agent + " now.");
            case FAILED -> Optional.of("Did not become " + agent + ": " + step.detail() + ".");
            case WITHDRAWN -> Optional.of("Is no longer to become " + agent + ": " + step.detail() + ".");
            case WAITING, LEFT_OUT -> Optional.empty();
        };
    }
}
