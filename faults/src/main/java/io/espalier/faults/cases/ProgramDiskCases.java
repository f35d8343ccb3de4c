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
import io.espalier.proto.v1.AgentAssignment;
import io.espalier.proto.v1.Desired;
import java.util.List;

/**
 * Every fault of a disk at every operation on the slots of programs, in the life of a device that takes up another program: by the
 * program before, which fetches and ends, and by the new one, which reports in. Whatever happens, the device serves, and it is the
 * new program in the end.
 */
public final class ProgramDiskCases implements CaseSource {
    private static final String GROUP = "Disk of a device that takes up a program";
    private static final String SLOTS = "program/";
    /** One fault where it hurts most, for every build. */
    public static final String QUICK = "power cut: rename program/next";

    private final Veterans veterans = new Veterans();

    @Override
    public List<FaultCase> cases(Place place) throws Exception {
        return operations(place).stream()
                .filter(point -> point.contains(SLOTS))
                .flatMap(point -> FaultPlan.at(point).stream())
                .map(plan -> new FaultCase(
                        GROUP, plan.toString(), plan.toString().equals(QUICK), here -> upgrade(here, plan)))
                .toList();
    }

    private List<String> operations(Place place) throws Exception {
        Veteran veteran = veterans.take(place);
        Device device = veteran.device();
        ToyArtifact program = desireProgram(place, device);
        try (AgentJvm agent = device.startSupervised(FaultPlan.RECORDING)) {
            requireUpgraded(device, agent, program);
            veterans.giveBack(veteran);
            return agent.operations();
        }
    }

    private void upgrade(Place place, FaultPlan plan) throws Exception {
        Veteran veteran = veterans.take(place);
        Device device = veteran.device();
        ToyArtifact program = desireProgram(place, device);
        try (AgentJvm agent = device.startSupervised(plan)) {
            agent.awaitFault(Device.PATIENCE);
            if (canServe(plan)) {
                device.awaitServed(agent, Running.FIRST);
            }
            agent.release();
            requireUpgraded(device, agent, program);
        }
        veterans.giveBack(veteran);
    }

    /** A program that is new to a disk reads what hangs before it serves. */
    private static boolean canServe(FaultPlan plan) {
        return plan.fault().lasts()
                && !(plan.fault() == DiskFault.HANG && plan.point().startsWith("read "));
    }

    private static ToyArtifact desireProgram(Place place, Device device) throws Exception {
        ToyArtifact program = UpgradeCases.otherProgram(place);
        device.cloud().publish(program);
        device.desireUnpublished(
                Device.model(Running.FIRST),
                Desired.newBuilder()
                        .setAgent(AgentAssignment.newBuilder()
                                .setArtifactDigest(program.digest().hex())));
        return program;
    }

    private static void requireUpgraded(Device device, AgentJvm agent, ToyArtifact program) throws Exception {
        device.requireAsDesired(agent, Device.model(Running.FIRST), Running.FIRST);
        ProgramFolder.of(device).requireRuns(device.awaitProgramDecided(agent, program), program);
        device.awaitServed(agent, Running.FIRST);
        device.requireCleanEnd(agent);
        ProgramFolder.of(device).requireWhole();
    }
}
