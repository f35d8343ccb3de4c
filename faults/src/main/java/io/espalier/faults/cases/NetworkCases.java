package io.espalier.faults.cases;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.faults.network.FaultProxy;
import io.espalier.faults.network.Weather;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.Presence;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What lies between the device and its servers. */
public final class NetworkCases implements CaseSource {
    private static final int SMALL_CHUNK_BYTES = 32;
    /** Parts that are asked for at a time, so the most that comes twice after an interruption. */
    private static final int WINDOW = 6;

    private static final int LONGER_THAN_DECLARED = 4 << 20;

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                quick("frozen while a model is fetched, until it came over HTTP", NetworkCases::frozen),
                quick("reset after each chunk in turn", NetworkCases::resets),
                slow("one byte a second, until the model came over HTTP", NetworkCases::trickle),
                slow("in pieces of three bytes", NetworkCases::crumbs),
                slow("every piece late", NetworkCases::late),
                slow("a wrong bit in every chunk", here -> chunks(here, Weather.SPOILT)),
                slow("every chunk twice and out of order", here -> chunks(here, Weather.SHUFFLED)),
                slow("old assignments after new ones, and all of them twice", NetworkCases::replayed),
                quick("a retained chunk is missing", NetworkCases::missingChunk),
                slow("far longer chunks than declared, retained and over HTTP", NetworkCases::tooLong),
                slow("no network at the next start", NetworkCases::away),
                slow("no Kafka", NetworkCases::withoutKafka),
                slow("the broker still holds the connection before", NetworkCases::heldConnection),
                slow("the report of a switch is lost", NetworkCases::lostReport));
    }

    private static FaultCase quick(String name, FaultCase.Script script) {
        return new FaultCase("Network", name, true, script);
    }

    private static FaultCase slow(String name, FaultCase.Script script) {
        return new FaultCase("Network", name, false, script);
    }

    /** What is done with a device that serves, behind a network that is fair to begin with. */
    @FunctionalInterface
    private interface Act {
        void on(Running running, FaultProxy proxy) throws Exception;
    }

    private static void behindAProxy(Place place, Act act) throws Exception {
        try (FaultProxy proxy = FaultProxy.before(place.endpoints().mqttUrl());
                Running running = Running.serving(
                        place.freshDevice(proxy.url(), place.endpoints().kafkaBootstrapServers()))) {
            proxy.chunksSent();
            act.on(running, proxy);
        }
    }

    private static void frozen(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            running.desireNext();
            proxy.setAfterChunks(1, Weather.FROZEN, Device.PATIENCE);
            running.device().awaitSwitch(running.agent(), Running.FIRST, Running.NEXT);
            proxy.set(Weather.FAIR);
            running.requireNext();
        });
    }

    private static void resets(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            Device device = running.device();
            int chunks = 1;
            for (int boundary = 1; boundary <= chunks; boundary++) {
                float factor = Running.NEXT + boundary;
                ToyArtifact model = ToyArtifact.model(factor, SMALL_CHUNK_BYTES);
                chunks = model.chunks().size();
                proxy.chunksSent();
                proxy.resetAfterChunks(boundary);
                device.desire(model);
                device.cloud().holdNothing(); // All of it has to come over MQTT.
                device.requireAsDesired(running.agent(), model, factor);
                int sent = proxy.chunksSent();
                if (sent > chunks + WINDOW) {
                    throw new IllegalStateException("after a reset behind chunk " + boundary + " of " + chunks + ", "
                            + sent + " chunks were sent, more than all and a window of " + WINDOW);
                }
            }
            device.requireNoChunkOverHttp();
            device.requireCleanEnd(running.agent());
        });
    }

    private static void trickle(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            running.desireNext();
            proxy.setAfterChunks(1, Weather.TRICKLE, Device.PATIENCE);
            running.device().awaitSwitch(running.agent(), Running.FIRST, Running.NEXT);
            proxy.set(Weather.FAIR);
            running.requireNext();
        });
    }

    private static void requireServesFor(Running running, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            running.device().awaitServed(running.agent(), Running.FIRST);
            Thread.sleep(200);
        }
    }

    private static void crumbs(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            proxy.set(Weather.CRUMBS);
            running.desireNext();
            running.requireNext();
            running.device().requireNeverCutOff();
        });
    }

    private static void late(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            proxy.set(Weather.LATE);
            running.desireNext();
            running.requireNext();
        });
    }

    private static void chunks(Place place, Weather weather) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            proxy.set(weather);
            running.desireNext();
            running.requireNext();
        });
    }

    private static void replayed(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            byte[] old = running.device().cloud().latestAssignment();
            running.desireNext();
            byte[] latest = running.device().cloud().latestAssignment();
            for (byte[] each : List.of(latest, old, latest, old, old)) {
                running.device().cloud().replay(each);
            }
            running.device().awaitSwitch(running.agent(), Running.FIRST, Running.NEXT);
            running.device().cloud().replay(old);
            running.device().awaitEvent(Event.Kind.KIND_REFUSED);
            running.requireNext();
        }
    }

    private static void missingChunk(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            ToyArtifact next = Device.model(Running.NEXT + 1);
            running.device().cloud().publish(next);
            running.device().cloud().retainInstead(next, 1, new byte[0]);
            running.device().desireUnpublished(next, Desired.newBuilder());
            running.device()
                    .cloud()
                    .awaitNeed(need ->
                            need.getArtifactDigest().equals(next.digest().hex())
                                    && need.getChunksList().contains(1));
            running.device().requireAsDesired(running.agent(), next, Running.NEXT + 1);
            running.device().requireCleanEnd(running.agent());
        }
    }

    private static void tooLong(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            ToyArtifact next = Device.model(Running.NEXT + 2);
            byte[] endless = new byte[LONGER_THAN_DECLARED];
            running.device().cloud().publish(next);
            running.device().cloud().retainInstead(next, 0, endless);
            running.device().cloud().holdInstead(next, 0, endless);
            running.device().desireUnpublished(next, Desired.newBuilder());
            running.device()
                    .cloud()
                    .awaitReported(each -> each.getDetail().contains("more than the"), running.agent()::isAlive);
            running.device().awaitServed(running.agent(), Running.FIRST);
            running.device().desire(next); // Whole again.
            running.device().requireAsDesired(running.agent(), next, Running.NEXT + 2);
            running.device().requireCleanEnd(running.agent());
        }
    }

    private static void away(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            running.agent().kill();
            proxy.set(Weather.AWAY);
            running.desireNext();
            try (AgentJvm agent = running.device().start()) {
                running.device().awaitServed(agent, Running.FIRST);
                requireServesFor(new Running(running.device(), agent), Duration.ofSeconds(3));
                proxy.set(Weather.FAIR);
                running.requireNextFrom(agent);
            }
        });
    }

    private static void withoutKafka(Place place) throws Exception {
        URI kafka = URI.create("kafka://" + place.endpoints().kafkaBootstrapServers());
        try (FaultProxy proxy = FaultProxy.before(kafka.toString());
                Device device = place.freshDevice(
                        place.endpoints().mqttUrl(),
                        "127.0.0.1:" + URI.create(proxy.url()).getPort())) {
            proxy.set(Weather.AWAY);
            device.desire(Device.model(Running.FIRST));
            try (AgentJvm agent = device.start()) {
                device.awaitServed(agent, Running.FIRST);
                requireServesFor(
                        new Running(device, agent), place.full() ? Duration.ofMinutes(10) : Duration.ofSeconds(20));
                device.desire(Device.model(Running.NEXT));
                device.awaitSwitch(agent, Running.FIRST, Running.NEXT);
                proxy.set(Weather.FAIR);
                new Running(device, agent).requireNext();
            }
        }
    }

    /** The broker may publish the will of the old connection before or after the birth of the new one. */
    private static void heldConnection(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            Set<String> offline = new HashSet<>();
            String old =
                    running.device().cloud().awaitPresence(Presence::getOnline).getSessionId();
            proxy.cutDevice();
            String fresh = running.device()
                    .cloud()
                    .awaitPresence(each -> {
                        if (!each.getOnline()) {
                            offline.add(each.getSessionId());
                        }
                        return each.getOnline() && !each.getSessionId().equals(old);
                    })
                    .getSessionId();
            if (offline.contains(fresh)) {
                throw new IllegalStateException("a will names the connection that stands");
            }
            running.desireNext();
            running.requireNext();
        });
    }

    private static void lostReport(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            running.desireNext();
            running.device().awaitPhase(running.agent(), AgentPhase.AGENT_PHASE_FETCHING);
            proxy.set(Weather.DEAF);
            running.device().awaitSwitch(running.agent(), Running.FIRST, Running.NEXT);
            proxy.set(Weather.FAIR);
            proxy.cut();
            running.requireNext();
        });
    }
}
