package io.espalier.controller.planning.adapter;

import io.espalier.controller.deployment.AgentProgram;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DeviceStatus;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.fleet.DeviceFacts;
import io.espalier.controller.fleet.Facts;
import io.espalier.controller.planning.FlowState;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobProgress;
import io.espalier.controller.pruning.Jobs;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.controller.telemetry.Tally;
import io.espalier.controller.telemetry.Telemetry;
import io.espalier.controller.upgrade.Upgrades;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What delivery, planning and telemetry know of devices; a fixed number of queries, plus one a running job. */
@Singleton
final class FleetFacts implements DeviceFacts {
    private final Deployments deployments;
    private final Telemetry telemetry;
    private final Variants variants;
    private final JdbcFlow flow;
    private final Jobs jobs;
    private final Upgrades upgrades;

    FleetFacts(
            Deployments deployments,
            Telemetry telemetry,
            Variants variants,
            JdbcFlow flow,
            Jobs jobs,
            Upgrades upgrades) {
        this.deployments = deployments;
        this.telemetry = telemetry;
        this.variants = variants;
        this.flow = flow;
        this.jobs = jobs;
        this.upgrades = upgrades;
    }

    @Override
    public Map<DeviceId, Facts> of(Collection<DeviceId> devices) {
        Map<DeviceId, DeviceStatus> statuses = deployments.statusOf(devices);
        Map<DeviceId, FlowState> flows = flow.of(devices);
        Map<DeviceId, Deployment> serving = deployments.servingOn(devices);
        Map<DeviceId, Deployment> dense = deployments.denseTriedOn(devices);
        Map<DeviceId, Map<Sha256, Tally.Summary>> measured = telemetry.byVariant(devices);
        Map<DeviceId, JobId> open = flow.openJobs(devices);
        Map<DeviceId, Upgrades.Latest> orders = upgrades.latestOf(devices);
        List<Sha256> digests = Stream.concat(serving.values().stream(), dense.values().stream())
                .map(Deployment::variant)
                .distinct()
                .toList();
        Map<Key, Variant> known = new HashMap<>();
        variants.findAll(digests).forEach(variant -> known.put(new Key(variant.modelId(), variant.digest()), variant));
        Map<DeviceId, Facts> facts = new HashMap<>();
        for (DeviceId device : devices) {
            DeviceStatus status = statuses.get(device);
            FlowState state = flows.getOrDefault(device, FlowState.NEW);
            Deployment active = serving.get(device);
            Deployment unpruned = dense.get(device);
            facts.put(
                    device,
                    new Facts(
                            status != null && status.online(),
                            status == null ? null : status.lastSeenAt(),
                            state.state(),
                            state.detail(),
                            active == null ? null : active(active, known.get(Key.of(active))),
                            unpruned == null ? null : dense(unpruned, known.get(Key.of(unpruned))),
                            active == null
                                    ? null
                                    : measured(measured.getOrDefault(device, Map.of())
                                            .get(active.variant())),
                            state.pinned() != null,
                            progress(open.get(device)),
                            agent(status, orders.get(device))));
        }
        return facts;
    }

    /** Two models may share a file, and be judged by data sets of their own. */
    private record Key(String modelId, Sha256 digest) {
        static Key of(Deployment deployment) {
            return new Key(deployment.request().modelId(), deployment.variant());
        }
    }

    private static Facts.Active active(Deployment deployment, @Nullable Variant variant) {
        Trial trial = deployment.trial();
        return new Facts.Active(
                deployment.variant().hex(),
                deployment.request().artifact().hex(),
                deployment.request().dense() ? "dense" : "pruned",
                deployment.changedAt(),
                deployment.request().predictedP95Micros(),
                trial == null ? null : trial(trial),
                variant == null ? null : variant.sizeBytes(),
                variant == null ? null : variant.accuracy());
    }

    static Facts.Trial trial(Trial trial) {
        return new Facts.Trial(
                trial.samples(),
                trial.p50Micros(),
                trial.p95Micros(),
                trial.p95LowerMicros(),
                trial.p95UpperMicros(),
                trial.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    private static Facts.Dense dense(Deployment deployment, @Nullable Variant variant) {
        Trial trial = deployment.trial();
        return new Facts.Dense(
                trial == null ? null : trial.p50Micros(),
                trial == null ? null : trial.p95Micros(),
                variant == null ? null : variant.accuracy(),
                variant == null ? null : variant.sizeBytes());
    }

    private static Facts.@Nullable Measured measured(Tally.@Nullable Summary sums) {
        return sums == null || sums.inferences() == 0
                ? null
                : new Facts.Measured(
                        sums.inferences(),
                        sums.latency().p50Micros(),
                        sums.latency().p95Micros(),
                        sums.latency().p95LowerMicros(),
                        sums.latency().p95UpperMicros(),
                        sums.labelled(),
                        sums.accuracy());
    }

    private static Facts.@Nullable Agent agent(@Nullable DeviceStatus status, Upgrades.@Nullable Latest order) {
        String version = status == null ? null : status.agentVersion();
        if (status == null || version == null) {
            return null;
        }
        AgentProgram program = status.program();
        Sha256 running = program == null ? null : program.running();
        Sha256 refused = program == null ? null : program.refused();
        return new Facts.Agent(
                version,
                running == null ? null : running.hex(),
                program != null,
                refused == null ? null : refused.hex(),
                program == null || refused == null ? null : program.why(),
                order == null
                        ? null
                        : new Facts.Upgrade(
                                order.orderId(),
                                order.version(),
                                order.state().label(),
                                order.detail(),
                                order.changedAt()));
    }

    private Facts.@Nullable Progress progress(@Nullable JobId id) {
        Optional<Job> job = id == null ? Optional.empty() : jobs.find(id);
        return job.map(found -> {
                    JobProgress progress = found.progress();
                    return progress == null
                            ? new Facts.Progress(
                                    found.id().value(), found.state().label(), 0, 0, null)
                            : new Facts.Progress(
                                    found.id().value(),
                                    progress.stage(),
                                    progress.done(),
                                    progress.total(),
                                    progress.secondsLeft());
                })
                .orElse(null);
    }
}
