package io.espalier.controller.deployment.adapter;

import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Desired;
import io.espalier.controller.deployment.Goal;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.AgentAssignment;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.ModelAssignment;

/** Writes desired state as devices read it. */
final class DesiredCodec {
    private DesiredCodec() {}

    static io.espalier.proto.v1.Desired encode(Desired desired, int trialSamples) {
        var message = io.espalier.proto.v1.Desired.newBuilder()
                .setDeviceId(desired.device().value())
                .setVersion(desired.version());
        desired.measure().forEach(suite -> message.addMeasure(suite.hex()));
        Deployment deployment = desired.deployment();
        if (deployment != null) {
            ModelAssignment.Builder model = ModelAssignment.newBuilder()
                    .setDeploymentId(deployment.id())
                    .setArtifactDigest(deployment.request().artifact().hex())
                    .setVariantDigest(deployment.variant().hex())
                    .setTrialSamples(trialSamples)
                    .setUnconditional(deployment.request().unconditional());
            Goal goal = deployment.request().goal();
            if (goal != null) {
                model.setBudget(budget(goal));
            }
            message.setModel(model);
        }
        Sha256 program = desired.program();
        if (program != null) {
            message.setAgent(AgentAssignment.newBuilder().setArtifactDigest(program.hex()));
        }
        return message.build();
    }

    private static Budget budget(Goal goal) {
        Budget.Builder budget = Budget.newBuilder();
        if (goal.latencyP95Micros() != null) {
            budget.setLatencyP95Micros(goal.latencyP95Micros());
        }
        if (goal.memoryBytes() != null) {
            budget.setMemoryBytes(goal.memoryBytes());
        }
        if (goal.sizeBytes() != null) {
            budget.setSizeBytes(goal.sizeBytes());
        }
        if (goal.energyMillijoules() != null) {
            budget.setEnergyMillijoules(goal.energyMillijoules());
        }
        if (goal.minAccuracy() != null) {
            budget.setMinAccuracy(goal.minAccuracy());
        }
        return budget.build();
    }
}
