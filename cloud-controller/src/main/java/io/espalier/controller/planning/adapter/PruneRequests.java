package io.espalier.controller.planning.adapter;

import io.espalier.controller.deployment.Goal;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.JobSpecification;
import io.espalier.controller.planning.Correction;
import io.espalier.controller.planning.DeviceClass;
import io.espalier.controller.planning.DeviceClasses;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.JobRequest;
import io.espalier.proto.DeviceId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what a worker needs to know to plan and prune for one device. */
@Singleton
final class PruneRequests {
    private final JobSpecification specification;
    private final DeviceMeasurements measurements;
    private final DeviceClasses classes;

    PruneRequests(JobSpecification specification, DeviceMeasurements measurements, DeviceClasses classes) {
        this.specification = specification;
        this.measurements = measurements;
        this.classes = classes;
    }

    JobRequest of(DeviceId device, BaseModel model, Goal goal, Correction correction) {
        DeviceMeasurements.Measured measured = measurements
                .of(device, model)
                .orElseThrow(() -> new IllegalStateException("Device " + device + " has not measured all of model "
                        + model.id() + " yet: its suites and the unpruned model's trial are needed"));
        Map<String, Object> job = new LinkedHashMap<>(specification.of(model));
        job.remove("architecture");
        Map<String, Object> target = target(goal);
        job.put("target", target);
        job.put("device", device(measured, correction));
        String key = classes.classOf(measured.base())
                .sharedKey(
                        String.valueOf(model.digest()) + "/" + model.contract() + "/" + model.dataset(),
                        model.recipe().toString(),
                        target + "/" + goal.minAccuracy(),
                        correction);
        return new JobRequest(JobKind.PRUNE, job, model.id().value(), device.value(), key + ":" + model.id());
    }

    static Map<String, Object> device(DeviceMeasurements.Measured measured, Correction correction) {
        Trial dense = measured.dense();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("baseTimings", timings(measured.base()));
        facts.put("modelTimings", timings(measured.own()));
        facts.put("denseP95Micros", dense.p95Micros());
        facts.put("denseP50Micros", dense.p50Micros());
        facts.put("correction", correction.factor());
        facts.put("isa", measured.base().hardware().isaFlags());
        return facts;
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
