package io.espalier.controller.planning.adapter;

import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.JobSpecification;
import io.espalier.controller.planning.Correction;
import io.espalier.controller.planning.DeviceClass;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.JobRequest;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what a worker needs to know to plan and prune for one device. */
@Singleton
final class PruneRequests {
    private final JobSpecification specification;
    private final ProfileStore profiles;
    private final Deployments deployments;

    PruneRequests(JobSpecification specification, ProfileStore profiles, Deployments deployments) {
        this.specification = specification;
        this.profiles = profiles;
        this.deployments = deployments;
    }

    JobRequest of(DeviceId device, BaseModel model, Goal goal, Correction correction) {
        DeviceProfile own = measured(model.modelSuite(), suite -> profiles.find(device, suite));
        // Timings under different runtime keys are never put together.
        DeviceProfile base = measured(model.baseSuite(), suite -> profiles.find(device, suite, own.runtime()));
        Trial dense = denseTrial(device, model, own.runtime().word());
        Map<String, Object> job = new LinkedHashMap<>(specification.of(model));
        job.remove("architecture");
        Map<String, Object> target = target(goal);
        job.put("target", target);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("baseTimings", timings(base));
        facts.put("modelTimings", timings(own));
        facts.put("denseP95Micros", dense.p95Micros());
        facts.put("denseP50Micros", dense.p50Micros());
        facts.put("correction", correction.factor());
        job.put("device", facts);
        String key = DeviceClass.of(own, dense.p95Micros())
                .sharedKey(
                        String.valueOf(model.digest()) + "/" + model.contract() + "/" + model.dataset(),
                        model.recipe().toString(),
                        target + "/" + goal.minAccuracy(),
                        correction);
        return new JobRequest(JobKind.PRUNE, job, model.id().value(), device.value(), key + ":" + model.id());
    }

    private static Map<String, Object> target(Goal goal) {
        Map<String, Object> target = new LinkedHashMap<>();
        if (goal.latencyP95Micros() != null) {
            target.put("latencyP95Micros", DeviceClass.step(goal.latencyP95Micros()));
        }
        if (goal.memoryBytes() != null) {
            target.put("memoryBytes", goal.memoryBytes());
        }
        if (goal.sizeBytes() != null) {
            target.put("sizeBytes", goal.sizeBytes());
        }
        return target;
    }

    private static DeviceProfile measured(@Nullable String suite, Function<String, Optional<DeviceProfile>> found) {
        if (suite == null) {
            throw new IllegalStateException("The model's probe suites are not published yet");
        }
        return found.apply(suite)
                .orElseThrow(() -> new IllegalStateException("The device has not measured suite " + suite + " yet"));
    }

    private Trial denseTrial(DeviceId device, BaseModel model, String runtime) {
        Trial found = null;
        for (Deployment deployment : deployments.of(device, model.id().value())) {
            Trial trial = deployment.trial();
            if (deployment.request().dense() && trial != null && trial.timed() && trial.comparesWith(runtime)) {
                found = trial;
            }
        }
        if (found == null) {
            throw new IllegalStateException("Device " + device + " has not tried the unpruned model yet");
        }
        return found;
    }

    private static List<Map<String, Object>> timings(DeviceProfile profile) {
        return profile.timings().stream()
                .filter(timing -> timing.error().isEmpty())
                .map(PruneRequests::timing)
                .toList();
    }

    private static Map<String, Object> timing(DeviceProfile.ProbeTiming timing) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("probe", timing.probe());
        values.put("medianMicros", timing.medianMicros());
        values.put("p95Micros", timing.p95Micros());
        values.put("samples", timing.samples());
        values.put("noise", timing.noise());
        return values;
    }
}
