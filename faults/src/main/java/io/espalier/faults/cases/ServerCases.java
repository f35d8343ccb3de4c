package io.espalier.faults.cases;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.faults.device.ServersJvm;
import io.espalier.faults.network.Crowd;
import io.espalier.faults.network.FaultProxy;
import io.espalier.faults.network.Weather;
import io.espalier.stack.Endpoints;
import java.time.Duration;
import java.util.List;

/** Servers that are killed, each case with servers of its own. */
public final class ServerCases implements CaseSource {
    private static final int SMALL_CHUNK_BYTES = 32;
    private static final int WINDOW = 6;
    private static final int FLEET = 1000;
    private static final Duration RUSH = Duration.ofSeconds(120);

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                new FaultCase("Servers", "all are killed while a model is fetched", false, ServerCases::whileFetching),
                new FaultCase(
                        "Servers",
                        "a fleet of 1,000 comes back to a broker that was killed",
                        false,
                        ServerCases::rush));
    }

    private static void whileFetching(Place place) throws Exception {
        try (ServersJvm servers = new ServersJvm(place.newFolder("servers"))) {
            Endpoints endpoints = servers.start();
            try (FaultProxy proxy = FaultProxy.before(endpoints.mqttUrl());
                    Running running = Running.serving(place.freshDevice(endpoints, proxy.url()))) {
                Device device = running.device();
                ToyArtifact model = ToyArtifact.model(Running.NEXT, SMALL_CHUNK_BYTES);
                proxy.chunksSent();
                device.desire(model);
                device.cloud().holdNothing(); // What was retained has to outlive the broker.
                proxy.setAfterChunks(2, Weather.FROZEN, Device.PATIENCE);
                servers.kill();
                device.awaitServed(running.agent(), Running.FIRST);
                servers.start();
                proxy.set(Weather.FAIR);
                device.requireAsDesired(running.agent(), model, Running.NEXT);
                device.requireNoChunkOverHttp();
                device.requireCleanEnd(running.agent());
                int sent = proxy.chunksSent();
                if (sent > model.chunks().size() + WINDOW) {
                    throw new IllegalStateException(
                            sent + " chunks were sent for " + model.chunks().size());
                }
            }
        }
    }

    private static void rush(Place place) throws Exception {
        try (ServersJvm servers = new ServersJvm(place.newFolder("servers"))) {
            Endpoints endpoints = servers.start();
            try (Running running = Running.serving(place.freshDevice(endpoints, endpoints.mqttUrl()));
                    Crowd crowd = new Crowd(endpoints.mqttUrl(), FLEET)) {
                crowd.awaitAll(RUSH);
                servers.kill();
                crowd.awaitNone(RUSH);
                running.device().awaitServed(running.agent(), Running.FIRST);
                servers.start();
                crowd.awaitAll(RUSH);
                running.desireNext();
                running.requireNext();
            }
        }
    }
}
