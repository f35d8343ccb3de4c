package io.espalier.faults.cases;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.agent.toys.ToyCloud;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.controller.Installation;
import io.espalier.faults.controller.PlayedDevice;
import io.espalier.faults.controller.PlayedLink;
import io.espalier.faults.controller.Until;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.faults.device.ServersJvm;
import io.espalier.faults.network.FaultProxy;
import io.espalier.faults.network.Weather;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.Reported;
import io.espalier.stack.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What lies between the device and its servers. */
public final class NetworkCases implements CaseSource {
    private static final int SMALL_CHUNK_BYTES = 32;
    /** Parts that are asked for at a time, so the most that comes twice after an interruption. */
    private static final int WINDOW = 6;

    /** Models of one case alone: what another case that runs meanwhile publishes of the same model would mend it. */
    private static final float MISSING_A_CHUNK = 51;

    private static final float TOO_LONG = 52;

    private static final int LONGER_THAN_DECLARED = 4 << 20;

    @Override
    public List<FaultCase> cases(Place place) {
        String so = " for " + (place.full() ? "10 minutes" : "20 seconds");
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
                slow("no Kafka from the start" + so, NetworkCases::withoutKafka),
                slow("Kafka is killed while telemetry goes to it, and away" + so, NetworkCases::losesKafka),
                slow("the broker still holds the connection before", NetworkCases::heldConnection),
                slow("the will of the connection before comes after the birth of the next", NetworkCases::lateWill),
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
            ToyArtifact next = Device.model(MISSING_A_CHUNK);
            running.device().cloud().publish(next);
            running.device().cloud().retainInstead(next, 1, new byte[0]);
            running.device().desireUnpublished(next, Desired.newBuilder());
            running.device()
                    .cloud()
                    .awaitNeed(need ->
                            need.getArtifactDigest().equals(next.digest().hex())
                                    && need.getChunksList().contains(1));
            running.device().requireAsDesired(running.agent(), next, MISSING_A_CHUNK);
            running.device().requireCleanEnd(running.agent());
        }
    }

    private static void tooLong(Place place) throws Exception {
        try (Running running = Running.serving(place.freshDevice())) {
            ToyArtifact next = Device.model(TOO_LONG);
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
            running.device().requireAsDesired(running.agent(), next, TOO_LONG);
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
                requireServesFor(new Running(device, agent), outage(place));
                device.desire(Device.model(Running.NEXT));
                device.awaitSwitch(agent, Running.FIRST, Running.NEXT);
                proxy.set(Weather.FAIR);
                new Running(device, agent).requireNext();
            }
        }
    }

    private static Duration outage(Place place) {
        return place.full() ? Duration.ofMinutes(10) : Duration.ofSeconds(20);
    }

    /** A Kafka of its own, since clients go to where the broker says it is, past any proxy. */
    private static void losesKafka(Place place) throws Exception {
        try (ServersJvm servers = new ServersJvm(place.newFolder("servers"))) {
            Map<String, String> mixed = new HashMap<>(place.endpoints().properties());
            mixed.put(Endpoints.KAFKA_BOOTSTRAP_SERVERS, servers.start().kafkaBootstrapServers());
            try (Running running = Running.serving(
                    place.freshDevice(new Endpoints(mixed), place.endpoints().mqttUrl()))) {
                servers.kill();
                requireServesFor(running, outage(place));
                running.desireNext();
                running.device().awaitSwitch(running.agent(), Running.FIRST, Running.NEXT);
                servers.start();
                running.requireNext();
            }
        }
    }

    /** Not every broker publishes a will then. */
    private static void heldConnection(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            ToyCloud cloud = running.device().cloud();
            String before = cloud.awaitPresence(Presence::getOnline).getSessionId();
            proxy.cutDevice();
            cloud.awaitPresence(each -> each.getOnline() && !each.getSessionId().equals(before));
            running.desireNext();
            running.requireNext();
        });
    }

    /**
     * What the agent and the broker say of two connections in a row comes to the controller in the order that misleads: a broker
     * may publish a will whenever it notices.
     */
    private static void lateWill(Place place) throws Exception {
        behindAProxy(place, (running, proxy) -> {
            ToyCloud cloud = running.device().cloud();
            Presence before = cloud.awaitPresence(Presence::getOnline);
            proxy.cut();
            List<Presence> heard = new ArrayList<>();
            Predicate<Presence> isBirth =
                    each -> each.getOnline() && !each.getSessionId().equals(before.getSessionId());
            Predicate<Presence> isWill =
                    each -> !each.getOnline() && each.getSessionId().equals(before.getSessionId());
            cloud.awaitPresence(each -> {
                heard.add(each);
                return heard.stream().anyMatch(isBirth) && heard.stream().anyMatch(isWill);
            });
            requireBelieved(
                    place,
                    before,
                    heard.stream().filter(isBirth).findFirst().orElseThrow(),
                    heard.stream().filter(isWill).findFirst().orElseThrow());
            running.desireNext();
            running.requireNext();
        });
    }

    private static void requireBelieved(Place place, Presence before, Presence birth, Presence will) throws Exception {
        Installation cloud = place.cloud();
        try (PlayedDevice device = PlayedDevice.enrol(cloud);
                PlayedLink link = PlayedLink.connect(cloud, device)) {
            link.say(DeviceChannel.PRESENCE, before.toByteArray());
            link.say(DeviceChannel.PRESENCE, birth.toByteArray());
            link.say(DeviceChannel.PRESENCE, will.toByteArray());
            awaitHeard(link, device, 1);
            if (!device.view().path("online").asBoolean()) {
                throw new IllegalStateException("a late will put a device offline that is connected");
            }
            link.say(
                    DeviceChannel.PRESENCE,
                    birth.toBuilder().setOnline(false).build().toByteArray());
            awaitHeard(link, device, 2);
            if (device.view().path("online").asBoolean()) {
                throw new IllegalStateException("the will of its last connection left a device online");
            }
        }
    }

    /** The controller has heard what was said before; it hears things in order. */
    private static void awaitHeard(PlayedLink link, PlayedDevice device, long mark) throws Exception {
        link.say(
                DeviceChannel.REPORTED,
                Reported.newBuilder()
                        .setDeviceId(device.id().value())
                        .setEpoch(device.epoch())
                        .setSequence(mark)
                        .setAgentVersion("mark " + mark)
                        .build()
                        .toByteArray());
        Until.holds(
                "report " + mark + " of " + device.id(),
                () -> device.view().findValuesAsText("agentVersion").contains("mark " + mark));
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
