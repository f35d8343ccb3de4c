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
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.util.List;

/** What lies between the device and the controller, while a content comes that its manifest keeps off the broker. */
public final class HttpContentCases implements CaseSource {
    private static final int CONTENT_BYTES = 3 << 19;
    private static final int CHUNK_BYTES = 32 << 10;
    /** The most that may come twice: a window of chunks, in which there is also room for what is no content. */
    private static final int WINDOW_BYTES = 6 * CHUNK_BYTES;

    private static final int MIDDLE_BYTES = 1 << 20;
    private static final String TOO_SLOW = "too slow";

    @Override
    public List<FaultCase> cases(Place place) {
        return List.of(
                slow("content over HTTP frozen in the middle", here -> stalls(here, Weather.FROZEN)),
                slow(
                        "content over HTTP at one byte a second from the middle on",
                        here -> stalls(here, Weather.TRICKLE)),
                slow("content over HTTP reset in the middle", HttpContentCases::reset),
                slow("killed in the middle of content over HTTP", HttpContentCases::killed),
                slow("a wrong bit in content over HTTP", HttpContentCases::spoilt));
    }

    private static FaultCase slow(String name, FaultCase.Script script) {
        return new FaultCase("Network", name, false, script);
    }

    /** What is done with a device that serves and has half of its next model. */
    @FunctionalInterface
    private interface Act {
        void on(Running running, FaultProxy proxy, ToyArtifact next) throws Exception;
    }

    private static void inTheMiddle(Place place, Weather middle, Act act) throws Exception {
        Device device = place.freshDevice();
        try (FaultProxy proxy = FaultProxy.before(device.cloud().url())) {
            device.set("controller.url", proxy.url());
            try (Running running = Running.serving(device)) {
                ToyArtifact next = ToyArtifact.heavyModel(Running.NEXT, CONTENT_BYTES, CHUNK_BYTES)
                        .overHttp();
                proxy.bytesSent();
                proxy.set(Weather.LATE); // Else all of it is here before the middle is noticed.
                device.desire(next);
                proxy.setAfterBytes(MIDDLE_BYTES, middle, Device.PATIENCE);
                act.on(running, proxy, next);
            }
        }
    }

    private static void stalls(Place place, Weather middle) throws Exception {
        inTheMiddle(place, middle, (running, proxy, next) -> {
            running.device()
                    .cloud()
                    .awaitReported(each -> each.getDetail().contains(TOO_SLOW), running.agent()::isAlive);
            running.device().awaitServed(running.agent(), Running.FIRST);
            proxy.set(Weather.FAIR);
            requireResumed(running.device(), running.agent(), proxy, next);
        });
    }

    private static void reset(Place place) throws Exception {
        inTheMiddle(place, Weather.FROZEN, (running, proxy, next) -> {
            proxy.cut();
            proxy.set(Weather.FAIR);
            requireResumed(running.device(), running.agent(), proxy, next);
        });
    }

    private static void killed(Place place) throws Exception {
        inTheMiddle(place, Weather.FROZEN, (running, proxy, next) -> {
            running.agent().kill();
            proxy.set(Weather.FAIR);
            try (AgentJvm agent = running.device().start()) {
                running.device().awaitServed(agent, Running.FIRST, Running.NEXT);
                requireResumed(running.device(), agent, proxy, next);
            }
        });
    }

    /** Nobody but the controller can have made it wrong where the connection is encrypted, so the device does not ask again. */
    private static void spoilt(Place place) throws Exception {
        inTheMiddle(place, Weather.SPOILT, (running, proxy, next) -> {
            TrialReport report = running.device().awaitTrial(running.agent());
            if (report.getOutcome() != Outcome.OUTCOME_CORRUPT) {
                throw new IllegalStateException("the report is not of a wrong content but " + report);
            }
            running.device().awaitServed(running.agent(), Running.FIRST);
            proxy.set(Weather.FAIR);
            running.device().desire(next); // Whole again.
            running.device().requireAsDesired(running.agent(), next, Running.NEXT);
            running.device().requireCleanEnd(running.agent());
        });
    }

    private static void requireResumed(Device device, AgentJvm agent, FaultProxy proxy, ToyArtifact next)
            throws Exception {
        device.requireAsDesired(agent, next, Running.NEXT);
        device.requireCleanEnd(agent);
        long sent = proxy.bytesSent();
        if (sent > next.content().length + WINDOW_BYTES) {
            throw new IllegalStateException("of " + next.content().length + " bytes " + sent
                    + " were sent, more than all and a window of chunks");
        }
    }
}
