package io.espalier.faults.cases;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.BuiltAgent;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ProgramReport;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The agent is upgraded in the middle of what it does. Afterwards it serves a model that it was given, it is the new program or the
 * one before, and nothing of either is half done.
 */
public final class UpgradeCases implements CaseSource {
    private static final int CUTS = 8;
    /** Of an artifact that no other case puts on the broker. */
    private static final int OWN_CHUNK_BYTES = 48;

    private static final long SEED = 12;
    /** So slow that a trial takes a while. */
    private static final String SLOW = "1000";

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                new FaultCase("Upgrade", "upgraded while it fetches a model", false, UpgradeCases::fetching),
                new FaultCase("Upgrade", "upgraded while it tries a model", false, UpgradeCases::trying),
                new FaultCase(
                        "Upgrade",
                        "given a program that never reports in while it tries a model",
                        false,
                        UpgradeCases::failing),
                new FaultCase(
                        "Upgrade",
                        "a sector of the program that it was upgraded to goes bad",
                        false,
                        UpgradeCases::damaged),
                new FaultCase(
                        "Upgrade",
                        "upgraded where the free slot damages every copy",
                        false,
                        UpgradeCases::damagedAlways),
                new FaultCase("Upgrade", "cut off again and again while it is upgraded", false, UpgradeCases::cuts));
    }

    /** One part of the model is nowhere to be had until the agent has been upgraded. */
    private static void fetching(Place place) throws Exception {
        try (Device device = place.freshDevice();
                AgentJvm agent = serving(device)) {
            ToyArtifact program = otherProgram(place);
            ToyArtifact next = ToyArtifact.model(Running.NEXT, OWN_CHUNK_BYTES);
            device.cloud().publish(next);
            device.cloud().retainInstead(next, next.chunks().size() - 1, new byte[0]);
            device.cloud().holdNothing();
            device.cloud().publish(program);
            device.desireUnpublished(next, Desired.newBuilder());
            device.awaitPhase(agent, AgentPhase.AGENT_PHASE_FETCHING);

            device.desireAlso(program);

            ProgramFolder.of(device).requireRuns(device.awaitProgramDecided(agent, program), program);
            device.awaitServed(agent, Running.FIRST);
            device.cloud().publish(next);
            device.requireAsDesired(agent, next, Running.NEXT);
            device.requireCleanEnd(agent);
            ProgramFolder.of(device).requireWhole();
        }
    }

    private static void trying(Place place) throws Exception {
        try (Device device = slowDevice(place);
                AgentJvm agent = serving(device)) {
            ToyArtifact program = otherProgram(place);

            desireWhileItTries(device, agent, program);

            ProgramFolder.of(device).requireRuns(device.awaitProgramDecided(agent, program), program);
            device.awaitServed(agent, Running.NEXT);
            device.requireCleanEnd(agent);
            ProgramFolder.of(device).requireWhole();
        }
    }

    private static void failing(Place place) throws Exception {
        try (Device device = slowDevice(place);
                AgentJvm agent = serving(device)) {
            ToyArtifact program =
                    ToyArtifact.agent(System.getProperty("os.arch"), BuiltAgent.programThatDoesNotStart());

            desireWhileItTries(device, agent, program);

            ProgramReport report = device.awaitProgramDecided(agent, program);
            require(report.getArtifactDigest().isEmpty(), "it runs a program that cannot start: " + report);
            device.awaitServed(agent, Running.NEXT);
            device.requireCleanEnd(agent);
            ProgramFolder.of(device).requireWhole();
        }
    }

    /** A JVM cannot start of it: the installed program does. */
    private static void damaged(Place place) throws Exception {
        try (Device device = place.freshDevice()) {
            ToyArtifact program = otherProgram(place);
            try (AgentJvm agent = serving(device)) {
                device.cloud().publish(program);
                device.desireAlso(program);
                ProgramFolder.of(device).requireRuns(device.awaitProgramDecided(agent, program), program);
                agent.kill();
            }
            ProgramFolder.of(device).damageCurrent();
            device.desire(Device.model(Running.NEXT)); // And the program no longer, or it would be fetched again.
            try (AgentJvm agent = device.startSupervised()) {
                device.awaitServed(agent, Running.FIRST, Running.NEXT);
                device.requireAsDesired(agent, Device.model(Running.NEXT), Running.NEXT);
                device.requireCleanEnd(agent);
            }
        }
    }

    /** Each copy arrives whole, and none is whole when it is to start. */
    private static void damagedAlways(Place place) throws Exception {
        try (Device device = place.freshDevice()) {
            device.replaceTool("sha256sum", "[ \"${2:-}\" != SHA256SUMS ] || exit 1\ncommand -p sha256sum \"$@\"");
            try (AgentJvm agent = serving(device)) {
                ToyArtifact program = otherProgram(place);
                device.cloud().publish(program);
                device.desireAlso(program);

                ProgramReport report = device.awaitProgramDecided(agent, program);

                require(report.getArtifactDigest().isEmpty(), "it runs a damaged program: " + report);
                device.awaitServed(agent, Running.FIRST);
                device.requireCleanEnd(agent);
                ProgramFolder.of(device).requireWhole();
            }
        }
    }

    private static void cuts(Place place) throws Exception {
        try (Device device = place.freshDevice()) {
            ToyArtifact program = otherProgram(place);
            ToyArtifact next = Device.model(Running.NEXT);
            SplittableRandom random = new SplittableRandom(SEED);
            try (AgentJvm agent = serving(device)) {
                device.cloud().publish(program);
                device.desire(next);
                device.desireAlso(program);
                TimeUnit.MILLISECONDS.sleep(random.nextLong(200, 2000));
                agent.kill();
            }
            for (int i = 0; i < CUTS; i++) {
                try (AgentJvm agent = device.startSupervised()) {
                    TimeUnit.MILLISECONDS.sleep(random.nextLong(200, 4000));
                    agent.kill();
                }
            }
            device.openBooks(); // What comes from now on, the last start has sent.
            try (AgentJvm agent = device.startSupervised()) {
                device.awaitServed(agent, Running.FIRST, Running.NEXT);
                device.requireAsDesired(agent, next, Running.NEXT);
                device.awaitProgramDecided(agent, program);
                device.awaitServed(agent, Running.NEXT);
                device.requireCleanEnd(agent);
                ProgramFolder.of(device).requireWhole();
            }
        }
    }

    private static void desireWhileItTries(Device device, AgentJvm agent, ToyArtifact program) throws Exception {
        device.cloud().publish(program);
        device.desire(Device.model(Running.NEXT));
        device.awaitPhase(agent, AgentPhase.AGENT_PHASE_TRYING);
        device.desireAlso(program);
        device.requireAsDesired(agent, Device.model(Running.NEXT), Running.NEXT);
    }

    static ToyArtifact otherProgram(Place place) throws IOException {
        return ToyArtifact.agent(System.getProperty("os.arch"), place.agent().otherProgram());
    }

    private static Device slowDevice(Place place) throws Exception {
        Device device = place.freshDevice();
        device.set("simulate.slowdown", SLOW);
        return device;
    }

    private static AgentJvm serving(Device device) throws Exception {
        device.desire(Device.model(Running.FIRST));
        AgentJvm agent = device.startSupervised();
        try {
            device.requireAsDesired(agent, Device.model(Running.FIRST), Running.FIRST);
            return agent;
        } catch (Exception e) {
            agent.close();
            throw e;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
