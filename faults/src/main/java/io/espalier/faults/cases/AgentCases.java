package io.espalier.faults.cases;

import io.espalier.agent.toys.DeadlyModels;
import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyModels;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Until;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.faults.disk.DiskFault;
import io.espalier.faults.disk.FaultPlan;
import io.espalier.faults.network.FaultProxy;
import io.espalier.faults.network.Weather;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Kills from outside at the states that a device reports, and models that are not what they should be. */
public final class AgentCases implements CaseSource {
    private static final int WINDOW = 6;
    private static final int SMALL_CHUNK_BYTES = 32;
    private static final int DEADLY_CHUNK_BYTES = 64 << 10;
    private static final int REBOOTS = 8;
    private static final long SEED = 11;
    /** So slow that whatever is timed takes a while. */
    private static final String SLOW = "1000";

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                slow("killed while it enrols, and the answer is lost", AgentCases::enrolling),
                slow("killed while it fetches", AgentCases::fetching),
                slow("killed while it measures", here -> killedIn(here, AgentPhase.AGENT_PHASE_MEASURING)),
                slow("killed while it tries a model", here -> killedIn(here, AgentPhase.AGENT_PHASE_TRYING)),
                quick("a model that takes the agent down, twice", AgentCases::takesItDown),
                quick(
                        "a model that takes the agent down when it is loaded after a start, twice",
                        AgentCases::diesOfLoading),
                slow("killed again and again at random moments", AgentCases::reboots),
                slow("enrolled with a broker that is reached in the clear", AgentCases::insecure),
                quick("a model that is too slow", AgentCases::tooSlow),
                slow("a model that misses its accuracy floor", AgentCases::tooInaccurate),
                slow("a model with wrong outputs", AgentCases::wrongOutputs),
                slow("a model that does not load", AgentCases::doesNotLoad),
                slow("a model that crashes the runtime as it is loaded", AgentCases::crashesTheRuntime),
                slow("a device's first model crashes the runtime", AgentCases::crashesWithTheFirst));
    }

    private static FaultCase quick(String name, FaultCase.Script script) {
        return new FaultCase("Agent", name, true, script);
    }

    private static FaultCase slow(String name, FaultCase.Script script) {
        return new FaultCase("Agent", name, false, script);
    }

    private static void enrolling(Place place) throws Exception {
        try (Device device = place.freshDevice();
                FaultProxy controller = FaultProxy.before(device.cloud().url())) {
            device.set("controller.url", controller.url());
            controller.set(Weather.MUTE);
            device.desire(Device.model(Running.FIRST));
            try (AgentJvm agent = device.start()) {
                device.cloud().awaitEnrolment();
                agent.kill();
            }
            controller.set(Weather.FAIR);
            try (AgentJvm agent = device.start()) {
                device.requireAsDesired(agent, Device.model(Running.FIRST), Running.FIRST);
                device.requireCleanEnd(agent);
            }
        }
    }

    /** The agent speaks to nobody then, and nobody starts it again: it must not end with the model that it has. */
    private static void insecure(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            Device device = running.device();
            running.agent().kill();
            Path enrolment = device.state().resolve("enrolment.json");
            String given = Files.readString(enrolment);
            String broker = place.endpoints().mqttUrl();
            Files.writeString(enrolment, given.replace(broker, "tcp://192.0.2.1:1883"));
            try (AgentJvm agent = device.startSupervised()) {
                Until.holds(
                        "the agent goes on; its log is " + device.log(),
                        () -> Files.readString(device.log()).contains("goes on serving without the controller"));
                device.awaitServed(agent, Running.FIRST);
            }
            Files.writeString(enrolment, given);
            running.desireNext();
            try (AgentJvm agent = device.startSupervised()) {
                running.requireNextFrom(agent);
            }
        }
    }

    private static void fetching(Place place) throws Exception {
        try (FaultProxy proxy = FaultProxy.before(place.endpoints().mqttUrl());
                Running running = Running.serving(
                        place.freshDevice(proxy.url(), place.endpoints().kafkaBootstrapServers()))) {
            ToyArtifact model = ToyArtifact.model(Running.NEXT, SMALL_CHUNK_BYTES);
            Device device = running.device();
            proxy.chunksSent();
            device.desire(model);
            device.cloud().holdNothing();
            proxy.setAfterChunks(2, Weather.FROZEN, Device.PATIENCE);
            running.agent().kill();
            proxy.set(Weather.FAIR);
            try (AgentJvm agent = device.start()) {
                device.awaitServed(agent, Running.FIRST, Running.NEXT);
                device.requireAsDesired(agent, model, Running.NEXT);
                device.requireCleanEnd(agent);
            }
            int sent = proxy.chunksSent();
            if (sent > model.chunks().size() + WINDOW) {
                throw new IllegalStateException(
                        sent + " chunks were sent for " + model.chunks().size());
            }
        }
    }

    private static void killedIn(Place place, AgentPhase phase) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            Device device = running.device();
            running.agent().kill();
            device.set("simulate.slowdown", SLOW);
            ToyArtifact suite = Device.suite();
            device.cloud().publish(suite);
            device.cloud().publish(Device.model(Running.NEXT));
            Desired.Builder rest = phase == AgentPhase.AGENT_PHASE_MEASURING
                    ? Desired.newBuilder().addMeasure(suite.digest().hex())
                    : Desired.newBuilder();
            device.desireUnpublished(Device.model(Running.NEXT), rest);
            try (AgentJvm agent = device.start()) {
                device.awaitPhase(agent, phase);
                agent.kill();
            }
            device.set("simulate.slowdown", "1");
            try (AgentJvm agent = device.start()) {
                device.awaitServed(agent, Running.FIRST, Running.NEXT);
                running.requireNextFrom(agent);
            }
        }
    }

    private static void takesItDown(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            Device device = running.device();
            running.agent().kill();
            device.set("simulate.slowdown", SLOW);
            ToyArtifact deadly = Device.model(Running.NEXT + 1);
            device.cloud().publish(deadly);
            device.desire(deadly, Desired.newBuilder(), terms -> terms.setTrialSamples(10_000));
            for (int death = 1; death <= 2; death++) {
                try (AgentJvm agent = device.start()) {
                    device.awaitServed(agent, Running.FIRST);
                    device.awaitPhase(agent, AgentPhase.AGENT_PHASE_TRYING);
                    agent.kill();
                }
                device.cloud().awaitPresence(presence -> !presence.getOnline());
            }
            device.set("simulate.slowdown", "1");
            try (AgentJvm agent = device.start()) {
                requireRefused(device.awaitTrial(agent), Outcome.OUTCOME_DOES_NOT_LOAD);
                device.awaitServed(agent, Running.FIRST);
                running.desireNext();
                running.requireNextFrom(agent);
            }
        }
    }

    private static void diesOfLoading(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            Device device = running.device();
            running.desireNext();
            running.requireNext();
            // What takes back that a model is loaded comes right after it was.
            FaultPlan whileItLoads = new FaultPlan(DiskFault.KILL, "delete slots/loads", 1);
            for (int death = 1; death <= 2; death++) {
                try (AgentJvm agent = device.start(whileItLoads)) {
                    agent.awaitExit(Device.PATIENCE);
                }
            }
            try (AgentJvm agent = device.start()) {
                device.awaitServed(agent, Running.FIRST);
                requireRefused(device.awaitTrial(agent), Outcome.OUTCOME_DOES_NOT_LOAD);
                ToyArtifact another = Device.model(Running.NEXT + 1);
                device.desire(another);
                device.requireAsDesired(agent, another, Running.NEXT + 1);
                device.requireCleanEnd(agent);
            }
        }
    }

    private static void reboots(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            Device device = running.device();
            SplittableRandom random = new SplittableRandom(SEED);
            running.agent().kill();
            running.desireNext();
            for (int i = 0; i < REBOOTS; i++) {
                try (AgentJvm agent = device.start()) {
                    TimeUnit.MILLISECONDS.sleep(random.nextLong(200, 4000));
                    agent.kill();
                }
            }
            try (AgentJvm agent = device.start()) {
                device.awaitServed(agent, Running.FIRST, Running.NEXT);
                running.requireNextFrom(agent);
            }
        }
    }

    private static void tooSlow(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            ToyArtifact slow = Device.model(Running.NEXT + 1);
            running.device().cloud().publish(slow);
            running.device()
                    .desire(
                            slow,
                            Desired.newBuilder(),
                            terms -> terms.setBudget(Budget.newBuilder().setLatencyP95Micros(0.001)));
            requireKept(running, Outcome.OUTCOME_TOO_SLOW);
        }
    }

    private static void tooInaccurate(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            ToyArtifact blind = ToyArtifact.model(
                    ToyModels.columnSums(Running.NEXT + 1),
                    ToyModels.mislabelled(Running.NEXT + 1, 8).toByteArray(),
                    SMALL_CHUNK_BYTES);
            running.device().cloud().publish(blind);
            running.device()
                    .desire(
                            blind,
                            Desired.newBuilder(),
                            terms -> terms.setBudget(Budget.newBuilder().setMinAccuracy(0.9)));
            requireKept(running, Outcome.OUTCOME_WRONG_OUTPUT);
        }
    }

    private static void wrongOutputs(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            running.device()
                    .desire(ToyArtifact.model(
                            ToyModels.columnSums(3), ToyModels.golden(4).toByteArray(), SMALL_CHUNK_BYTES));
            requireKept(running, Outcome.OUTCOME_WRONG_OUTPUT);
        }
    }

    private static void doesNotLoad(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            running.device()
                    .desire(ToyArtifact.model(
                            ToyModels.unknownOperator(), ToyModels.golden(1).toByteArray(), SMALL_CHUNK_BYTES));
            requireKept(running, Outcome.OUTCOME_DOES_NOT_LOAD);
        }
    }

    private static void crashesTheRuntime(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            running.device().desire(deadly());
            requireKept(running, Outcome.OUTCOME_DOES_NOT_LOAD);
        }
    }

    private static void crashesWithTheFirst(Place place) throws Exception {
        try (Device device = place.freshDevice()) {
            device.desire(deadly());
            try (AgentJvm agent = device.start()) {
                requireRefused(device.awaitTrial(agent), Outcome.OUTCOME_DOES_NOT_LOAD);
                agent.kill();
            }
            try (AgentJvm agent = device.start()) {
                ToyArtifact model = Device.model(Running.FIRST);
                device.desire(model);
                device.requireAsDesired(agent, model, Running.FIRST);
                device.requireCleanEnd(agent);
            }
        }
    }

    private static ToyArtifact deadly() {
        return ToyArtifact.model(DeadlyModels.deepTree(), ToyModels.golden(1).toByteArray(), DEADLY_CHUNK_BYTES);
    }

    /** The last good model serves on, now and after a start, and the next good one is taken up. */
    private static void requireKept(Running running, Outcome outcome) throws Exception {
        Device device = running.device();
        requireRefused(device.awaitTrial(running.agent()), outcome);
        device.awaitServed(running.agent(), Running.FIRST);
        running.agent().kill();
        try (AgentJvm agent = device.start()) {
            device.awaitServed(agent, Running.FIRST);
            running.desireNext();
            running.requireNextFrom(agent);
        }
    }

    static void requireRefused(TrialReport report, Outcome outcome) {
        if (report.getOutcome() != outcome) {
            throw new IllegalStateException("the report is not " + outcome + " but " + report);
        }
    }
}
