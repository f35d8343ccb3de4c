package io.espalier.controller.planning.adapter;

import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.budget.BudgetChanged;
import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.database.DatabaseTrouble;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DeviceHeard;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.DeviceEnrolled;
import io.espalier.controller.device.DeviceMoved;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.controller.live.DeviceTouched;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.ModelAssigned;
import io.espalier.controller.model.ModelReady;
import io.espalier.controller.planning.Action;
import io.espalier.controller.planning.Decision;
import io.espalier.controller.planning.NextStep;
import io.espalier.controller.profile.ProfileStored;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.JobKind;
import io.espalier.proto.DeviceId;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps every device on its way: after each event that concerns it, and from time to time without one, its facts are
 * gathered, the next step decided and performed. One thread works device by device, so two decisions never cross; one
 * device that fails does not keep the others waiting.
 */
@Singleton
final class Reconciler {
    private static final Logger LOG = Logger.getLogger(Reconciler.class);
    private static final int MOST_STEPS = 6;
    private static final int PAUSE_SECONDS = 10;

    private final DeviceRegistry devices;
    private final FactsReader reader;
    private final ActionPerformer performer;
    private final ModelArtifacts modelArtifacts;
    private final Artifacts artifacts;
    private final Deployments deployments;
    private final JdbcFlow flow;
    private final LiveEvents live;
    private final Set<DeviceId> queued = ConcurrentHashMap.newKeySet();
    private final Set<String> complained = ConcurrentHashMap.newKeySet();
    /** Said once, however often it is met; of the worker thread only. */
    private String lastComplaint = "";

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "reconciler");
        thread.setDaemon(true);
        return thread;
    });

    Reconciler(
            DeviceRegistry devices,
            FactsReader reader,
            ActionPerformer performer,
            ModelArtifacts modelArtifacts,
            Artifacts artifacts,
            Deployments deployments,
            JdbcFlow flow,
            LiveEvents live) {
        this.devices = devices;
        this.reader = reader;
        this.performer = performer;
        this.modelArtifacts = modelArtifacts;
        this.artifacts = artifacts;
        this.deployments = deployments;
        this.flow = flow;
        this.live = live;
    }

    void start(@Observes @Priority(3500) DatabaseReady event) {
        worker.scheduleWithFixedDelay(this::everything, 0, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        worker.shutdownNow();
    }

    void heard(@Observes DeviceHeard event) {
        consider(new DeviceId(event.id()));
    }

    void measured(@Observes ProfileStored event) {
        consider(event.device());
    }

    void budget(@Observes BudgetChanged event) {
        consider(event.device());
    }

    void assigned(@Observes ModelAssigned event) {
        consider(event.device());
    }

    void enrolled(@Observes DeviceEnrolled event) {
        consider(event.device());
    }

    void moved(@Observes DeviceMoved event) {
        consider(event.device());
    }

    void ready(@Observes ModelReady event) {
        run(this::everything);
    }

    void finished(@Observes JobFinished job) {
        if (job.kind() == JobKind.PRUNE) {
            if (job.outcome() == JobFinished.Outcome.DONE) {
                modelArtifacts.take(job);
                run(this::everything); // Others may have waited for what it made.
            } else {
                flow.waitingFor(job.job()).forEach(this::consider);
            }
        }
    }

    void consider(DeviceId device) {
        if (queued.add(device)) {
            run(() -> {
                queued.remove(device);
                devices.find(device).ifPresent(this::step);
            });
        }
    }

    private void run(Runnable task) {
        try {
            worker.execute(() -> {
                try {
                    task.run();
                } catch (UncheckedIOException e) {
                    LOG.warnf(
                            "A step of the loop failed (%s); it is tried again in %d s", e.getMessage(), PAUSE_SECONDS);
                } catch (RuntimeException | Error e) {
                    LOG.warnf(e, "A step of the loop failed; it is tried again in %d s", PAUSE_SECONDS);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("Not considered: shutting down");
        }
    }

    private void everything() {
        try {
            devices.all().stream().filter(device -> !device.isRetired()).forEach(this::step);
            artifacts.keepOnly(deployments.neededArtifacts());
            lastComplaint = "";
        } catch (RuntimeException | Error e) { // Thrown on, either would end the rounds for good.
            String complaint = DatabaseTrouble.inWords(e);
            if (!complaint.equals(lastComplaint)) {
                LOG.warnf("The fleet was not gone through: %s. Trying again every %d s", complaint, PAUSE_SECONDS);
            }
            lastComplaint = complaint;
        }
    }

    private void step(Device device) {
        try {
            boolean moved = false;
            for (int i = 0; i < MOST_STEPS; i++) {
                FactsReader.Gathered gathered = reader.gather(device);
                Decision decision = NextStep.decide(gathered.facts());
                moved |= flow.stand(device.id(), decision);
                if (decision.actions().isEmpty() || gathered.model() == null) {
                    break;
                }
                for (Action action : decision.actions()) {
                    performer.perform(device.id(), gathered.model(), action);
                }
                moved = true;
            }
            complained.remove(device.id().value());
            if (moved) {
                live.publish(new DeviceTouched(device.id().value()));
            }
        } catch (RuntimeException | Error e) { // One device's trouble is not the others'.
            if (complained.add(device.id().value())) {
                LOG.warnf(
                        e, "The next step of device %s failed; it is tried again in %d s", device.id(), PAUSE_SECONDS);
            }
        }
    }
}
