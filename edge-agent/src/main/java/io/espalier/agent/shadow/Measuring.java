package io.espalier.agent.shadow;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.FetchResult;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.measure.HardwareReader;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.measure.ProbeTimer;
import io.espalier.agent.measure.ProfileStore;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.proto.v1.ProbeTiming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the suites the desired state names and keeps their profiles published. */
public final class Measuring {
    private static final Logger LOG = LoggerFactory.getLogger(Measuring.class);
    private static final String PROBES = "probes.pb";

    private final DeviceId device;
    private final long epoch;
    private final OrtRuntime runtime;
    private final ProbeTimer timer;
    private final HostTurns turns;
    private final HardwareReader hardware;
    private final ProfileStore profiles;
    private final TelemetryRecorder telemetry;
    private final Clock clock;
    private long sequence;

    public Measuring(
            DeviceId device,
            long epoch,
            OrtRuntime runtime,
            HostTurns turns,
            HardwareReader hardware,
            ProfileStore profiles,
            TelemetryRecorder telemetry,
            Clock clock) {
        this.device = device;
        this.epoch = epoch;
        this.runtime = runtime;
        this.timer = new ProbeTimer(runtime);
        this.turns = turns;
        this.hardware = hardware;
        this.profiles = profiles;
        this.telemetry = telemetry;
        this.clock = clock;
    }

    boolean isDone(Sha256 suite) {
        return profiles.has(suite, runtime.key(), hardware.hardwareClass(runtime.slowdown()));
    }

    /** Fetches and times a suite. Answers what stood in the way; empty when it is done or no longer wanted. */
    String measure(
            Sha256 suite, ArtifactFetcher fetcher, BooleanSupplier wanted, Reporter reporter, StatePublisher publisher)
            throws IOException, InterruptedException {
        reporter.enter(AgentPhase.AGENT_PHASE_FETCHING, "probe suite " + suite);
        FetchResult result = fetcher.fetch(suite, 0, wanted, reporter::progress);
        if (result instanceof FetchResult.Fetched fetched) {
            try {
                ProbeSuite probes = probes(fetched.artifact());
                DeviceProfile profile = time(suite, probes, reporter);
                profiles.put(profile);
                publish(profile, publisher);
                LOG.info("timed {} probes of suite {}", profile.getTimingsCount(), suite);
                telemetry.event(
                        Event.Kind.KIND_MEASURED,
                        "timed " + profile.getTimingsCount() + " probes",
                        Map.of("suite", suite.hex()));
                return "";
            } catch (CorruptArtifactException e) {
                return e.reason();
            }
        } else if (result instanceof FetchResult.Corrupt corrupt) {
            return corrupt.why();
        } else if (result instanceof FetchResult.Untrusted untrusted) {
            return untrusted.rejection().toString();
        } else if (result instanceof FetchResult.NoSpace noSpace) {
            return noSpace.why();
        } else if (result instanceof FetchResult.Unreachable unreachable) {
            return unreachable.why();
        }
        return "";
    }

    private static ProbeSuite probes(FetchedArtifact artifact) throws IOException, CorruptArtifactException {
        if (artifact.manifest().getKind() != ArtifactKind.ARTIFACT_KIND_PROBE_SUITE) {
            throw new CorruptArtifactException("artifact " + artifact.digest() + " is not a probe suite");
        }
        Path file = artifact.content().resolveSibling(PROBES);
        try {
            artifact.extract(PROBES, file);
            return ProbeSuite.parseFrom(Files.readAllBytes(file));
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptArtifactException(
                    PROBES + " of artifact " + artifact.digest() + " is not a list of probes: " + e.getMessage());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private DeviceProfile time(Sha256 suite, ProbeSuite probes, Reporter reporter) {
        reporter.enter(AgentPhase.AGENT_PHASE_MEASURING, "probe suite " + suite);
        List<ProbeTiming> timings;
        try (HostTurns.Turn turn = turns.take()) {
            timings = timer.time(probes, reporter::progress);
        }
        return DeviceProfile.newBuilder()
                .setDeviceId(device.value())
                .setMeasuredAtMillis(clock.millis())
                .setSuiteDigest(suite.hex())
                .setHardware(hardware.read(runtime.slowdown()))
                .setRuntime(runtime.key())
                .setEpoch(epoch)
                .setSequence(++sequence)
                .addAllTimings(timings)
                .build();
    }

    /** Publishes every profile this device has; the controller keeps one of each. */
    void publishAll(StatePublisher publisher) throws IOException {
        for (DeviceProfile profile : profiles.all()) {
            publish(profile, publisher);
        }
    }

    private static void publish(DeviceProfile profile, StatePublisher publisher) {
        publisher.publish(DeviceChannel.PROFILE, profile.toByteArray(), false);
    }
}
