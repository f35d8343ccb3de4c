package io.espalier.faults.cases;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.cases.Veterans.Veteran;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.faults.disk.DiskFault;
import io.espalier.faults.disk.FaultPlan;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Faults of the disk of a device that fell back: its pointer names a model that is not loaded any more, and the one of the other
 * slot, the last good one it has, serves. It is given that model again, or a third one, or a third one that it is to refuse.
 * Whatever happens in between, it serves the last good model or one that it has accepted, and keeps the last good one: it never needs
 * to be fetched again.
 */
public final class FallbackDiskCases implements CaseSource {
    private static final String GROUP = "Disk of a device that fell back";
    private static final float THIRD = Running.NEXT + 1;
    private static final Set<DiskFault> FAULTS = EnumSet.of(DiskFault.KILL, DiskFault.POWER_CUT, DiskFault.IO_ERROR);
    private static final String AGAIN = ", when given the last good model again";
    private static final String ANOTHER = ", when given a third model";
    private static final String TOO_SLOW = ", when given a third model that is too slow";

    /** In the trial of the model that serves, and between the staging and the trial of one that is not to serve. */
    private static final Set<String> QUICK =
            Set.of("power cut: delete trying" + AGAIN, "kill: create trying.tmp" + TOO_SLOW);

    private final Veterans veterans = new Veterans(FallbackDiskCases::dieOfTheNext);

    @Override
    public List<FaultCase> cases(Place place) throws Exception {
        List<FaultCase> cases = new ArrayList<>();
        for (FaultPlan plan : plans(operations(place, Running.FIRST))) {
            cases.add(named(plan + AGAIN, here -> accepts(here, plan, Running.FIRST)));
        }
        for (FaultPlan plan : plans(operations(place, THIRD))) {
            cases.add(named(plan + ANOTHER, here -> accepts(here, plan, THIRD)));
            if (isOfSlotOrTrial(plan.point())) {
                cases.add(named(plan + TOO_SLOW, here -> refuses(here, plan)));
            }
        }
        return cases;
    }

    private static FaultCase named(String name, FaultCase.Script script) {
        return new FaultCase(GROUP, name, QUICK.contains(name), script);
    }

    private static List<FaultPlan> plans(List<String> operations) {
        return operations.stream()
                .flatMap(point -> FaultPlan.at(point).stream())
                .filter(plan -> FAULTS.contains(plan.fault()))
                .toList();
    }

    /** What a device does as well that refuses the model. */
    private static boolean isOfSlotOrTrial(String point) {
        return point.contains("slots/") || point.contains("trying");
    }

    // ------------------------------------------------------------------------------------------------- without faults

    /** The next model is taken up, and then takes the agent down twice as it is loaded. */
    private static void dieOfTheNext(Device device) throws Exception {
        device.desire(Device.model(Running.NEXT));
        try (AgentJvm agent = device.start()) {
            device.requireAsDesired(agent, Device.model(Running.NEXT), Running.NEXT);
            device.requireCleanEnd(agent);
        }
        // What takes back that a model is loaded comes right after it was.
        FaultPlan whileItLoads = new FaultPlan(DiskFault.KILL, "delete slots/loads", 1);
        for (int death = 1; death <= 2; death++) {
            try (AgentJvm agent = device.start(whileItLoads)) {
                agent.awaitExit(Device.PATIENCE);
            }
        }
    }

    private List<String> operations(Place place, float factor) throws Exception {
        Veteran veteran = veterans.take(place);
        Device device = veteran.device();
        device.desire(Device.model(factor));
        try (AgentJvm agent = device.start(FaultPlan.RECORDING)) {
            device.awaitServed(agent, Running.FIRST, factor);
            device.requireAsDesired(agent, Device.model(factor), factor);
            List<String> operations = agent.operations();
            device.requireCleanEnd(agent);
            veterans.giveBack(veteran);
            return operations;
        }
    }

    // ---------------------------------------------------------------------------------------------------- with faults

    private void accepts(Place place, FaultPlan plan, float factor) throws Exception {
        Veteran veteran = veterans.take(place);
        Device device = veteran.device();
        ToyArtifact model = Device.model(factor);
        device.desire(model);
        recover(device, plan, agent -> {
            device.awaitServed(agent, Running.FIRST, factor);
            device.requireAsDesired(agent, model, factor);
        });
        requireServed(device, factor);
        veterans.giveBack(veteran);
    }

    /** Here the model that the pointer names is damaged, not deadly. */
    private void refuses(Place place, FaultPlan plan) throws Exception {
        Veteran veteran = veterans.take(place);
        Device device = veteran.device();
        Path model = device.state().resolve("slots/b/model.onnx");
        Files.write(model, new byte[] {0}, StandardOpenOption.APPEND);
        device.cloud().publish(Device.model(THIRD));
        device.desire(
                Device.model(THIRD),
                Desired.newBuilder(),
                terms -> terms.setBudget(Budget.newBuilder().setLatencyP95Micros(0.001)));
        recover(device, plan, agent -> {
            device.awaitServed(agent, Running.FIRST);
            AgentCases.requireRefused(device.awaitTrial(agent), Outcome.OUTCOME_TOO_SLOW);
            device.awaitServed(agent, Running.FIRST);
        });
        requireServed(device, Running.FIRST);
        veterans.giveBack(veteran);
    }

    private static void recover(Device device, FaultPlan plan, Outlook outlook) throws Exception {
        Path lastGood = device.state().resolve("slots/a/release.dsse");
        FileTime written = Files.getLastModifiedTime(lastGood);
        outlive(device, plan, outlook);
        if (!Files.exists(lastGood) || !Files.getLastModifiedTime(lastGood).equals(written)) {
            throw new IllegalStateException("the last good model was removed from its slot");
        }
    }

    /** An agent that ended is started again, once. */
    private static void outlive(Device device, FaultPlan plan, Outlook outlook) throws Exception {
        try (AgentJvm agent = device.start(plan)) {
            agent.awaitFault(Device.PATIENCE);
            if (plan.fault().isDeadly()) {
                agent.awaitExit(Device.PATIENCE);
            } else if (holds(device, agent, outlook)) {
                return;
            }
        }
        try (AgentJvm agent = device.start()) {
            outlook.require(agent);
            device.requireCleanEnd(agent);
        }
    }

    /** False where the agent ended by itself. */
    private static boolean holds(Device device, AgentJvm agent, Outlook outlook) throws Exception {
        try {
            outlook.require(agent);
            device.requireCleanEnd(agent);
            return true;
        } catch (IllegalStateException | TimeoutException e) {
            if (agent.isAlive()) {
                throw e;
            }
            return false;
        }
    }

    private static void requireServed(Device device, float factor) throws Exception {
        try (AgentJvm agent = device.start()) {
            device.awaitServed(agent, factor);
            agent.kill();
        }
    }

    /** What is to come about. */
    @FunctionalInterface
    private interface Outlook {
        void require(AgentJvm agent) throws Exception;
    }
}
