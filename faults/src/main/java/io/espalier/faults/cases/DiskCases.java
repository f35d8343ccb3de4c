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
import io.espalier.faults.network.FaultProxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Every fault of a disk at every operation of the agent, in two lives: the first one of a device, from enrolment to its first
 * model, and one in which a device that serves takes up another model. The operations are those that a life without faults
 * does, so what the agent learns to write later is a case as well.
 */
public final class DiskCases implements CaseSource {
    private static final String SERVES = "rename serve.port";
    /** So small that a toy model has several windows of them. */
    private static final int TINY_CHUNK_BYTES = 8;

    private static final int WINDOW = 6;

    /** One fault of each kind where it hurts most, for every build. */
    public static final Set<String> QUICK = Set.of(
            "kill: rename active",
            "power cut: create slots/b/release.dsse.tmp",
            "torn write: write staging/DIGEST/content",
            "io error: sync folder of active",
            "disk full: write slots/b/model.onnx",
            "hang: write spool/SEGMENT");

    private final Veterans veterans = new Veterans();

    @Override
    public List<FaultCase> cases(Place place) throws Exception {
        List<String> firstLife = new ArrayList<>();
        Veteran veteran = Veterans.make(place, firstLife);
        List<String> nextLife = nextLife(veteran.device());
        veterans.giveBack(veteran);
        List<FaultCase> cases = new ArrayList<>();
        Set<String> seen = new HashSet<>(nextLife);
        FaultPlan readOnly = new FaultPlan(DiskFault.READ_ONLY, "", 1);
        cases.add(new FaultCase(
                "Disk of a device that takes up a model",
                readOnly.toString(),
                true,
                here -> nextLife(here, readOnly, true)));
        cases.add(new FaultCase(
                "Disk of a device that takes up a model",
                "power cut late in a download of many chunks",
                true,
                DiskCases::lateInADownload));
        boolean serves = false;
        for (String point : nextLife) {
            serves |= point.equals(SERVES);
            boolean alreadyServes = serves;
            for (FaultPlan plan : FaultPlan.at(point)) {
                cases.add(new FaultCase(
                        "Disk of a device that takes up a model",
                        plan.toString(),
                        QUICK.contains(plan.toString()),
                        here -> nextLife(here, plan, alreadyServes)));
            }
        }
        for (String point : firstLife) {
            if (seen.add(point.replace("slots/a", "slots/b"))) { // One slot is like the other.
                for (FaultPlan plan : FaultPlan.at(point)) {
                    cases.add(new FaultCase(
                            "Disk of a device in its first life",
                            plan.toString(),
                            QUICK.contains(plan.toString()),
                            here -> firstLife(here, plan)));
                }
            }
        }
        return cases;
    }

    // ---------------------------------------------------------------------------------------------- without faults

    private static List<String> nextLife(Device device) throws Exception {
        device.desire(Device.model(Running.NEXT));
        try (AgentJvm agent = device.start(FaultPlan.RECORDING)) {
            device.requireAsDesired(agent, Device.model(Running.NEXT), Running.NEXT);
            List<String> operations = agent.operations();
            device.requireCleanEnd(agent);
            return operations;
        }
    }

    // ------------------------------------------------------------------------------------------------- with faults

    private static void firstLife(Place place, FaultPlan plan) throws Exception {
        try (Device device = place.freshDevice()) {
            Veterans.begin(device);
            try (AgentJvm agent = device.start(plan)) {
                agent.awaitFault(Device.PATIENCE);
                if (plan.fault().isDeadly()) {
                    agent.awaitExit(Device.PATIENCE);
                }
                agent.release();
                requireRecovery(device, agent, Device.model(Running.FIRST), Running.FIRST, Running.FIRST);
            }
            device.forget();
        }
    }

    /** What was forced is not fetched again. */
    private static void lateInADownload(Place place) throws Exception {
        try (FaultProxy proxy = FaultProxy.before(place.endpoints().mqttUrl());
                Running running = Running.serving(
                        place.freshDevice(proxy.url(), place.endpoints().kafkaBootstrapServers()))) {
            Device device = running.device();
            running.agent().kill();
            ToyArtifact next = ToyArtifact.model(Running.NEXT, TINY_CHUNK_BYTES);
            proxy.chunksSent();
            device.desire(next);
            device.cloud().holdNothing();
            FaultPlan late = new FaultPlan(DiskFault.POWER_CUT, "write staging/DIGEST/content", 4 * WINDOW);
            try (AgentJvm agent = device.start(late)) {
                agent.awaitFault(Device.PATIENCE);
                agent.awaitExit(Device.PATIENCE);
            }
            try (AgentJvm agent = device.start()) {
                device.requireAsDesired(agent, next, Running.NEXT);
                device.requireCleanEnd(agent);
            }
            int sent = proxy.chunksSent();
            if (sent > next.chunks().size() + 2 * WINDOW) {
                throw new IllegalStateException("of " + next.chunks().size() + " chunks " + sent
                        + " were sent, more than all, a window on its way and a window that was not forced");
            }
            device.requireNoChunkOverHttp();
        }
    }

    private void nextLife(Place place, FaultPlan plan, boolean alreadyServes) throws Exception {
        Veteran veteran = veterans.take(place);
        Device device = veteran.device();
        device.desire(Device.model(Running.NEXT));
        try (AgentJvm agent = device.start(plan)) {
            agent.awaitFault(Device.PATIENCE);
            if (plan.fault().isDeadly()) {
                agent.awaitExit(Device.PATIENCE);
            } else if (plan.fault().lasts() && canServe(plan, alreadyServes)) {
                device.awaitServed(agent, Running.FIRST, Running.NEXT);
            }
            agent.release();
            requireRecovery(device, agent, Device.model(Running.NEXT), Running.NEXT, Running.FIRST, Running.NEXT);
        }
        veterans.giveBack(veteran);
    }

    /** Not before a hang ends that it hangs in before it serves, and not a model that cannot be read. */
    private static boolean canServe(FaultPlan plan, boolean alreadyServes) {
        return switch (plan.fault()) {
            case HANG -> alreadyServes;
            case BAD_SECTOR -> !plan.point().startsWith("read slots/a/");
            default -> true;
        };
    }

    /** An agent that ended is started again, once, as whatever supervises it would. */
    private static void requireRecovery(Device device, AgentJvm hurt, ToyArtifact model, float factor, float... allowed)
            throws Exception {
        if (hurt.isAlive()) {
            try {
                device.requireAsDesired(hurt, model, factor);
                device.requireCleanEnd(hurt);
                return;
            } catch (IllegalStateException | TimeoutException e) {
                if (hurt.isAlive()) {
                    throw e;
                }
            }
        }
        try (AgentJvm agent = device.start()) {
            if (allowed.length > 1) {
                device.awaitServed(agent, allowed);
            }
            device.requireAsDesired(agent, model, factor);
            device.requireCleanEnd(agent);
        }
    }
}
