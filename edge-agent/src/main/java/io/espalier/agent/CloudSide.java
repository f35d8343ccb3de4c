package io.espalier.agent;

import io.espalier.agent.config.AgentConfig;
import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.enrol.Enrolment;
import io.espalier.agent.identity.DeviceIdentity;
import io.espalier.agent.identity.DeviceTls;
import io.espalier.agent.identity.Renewal;
import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.OrtRuntime;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Connections;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.measure.HardwareReader;
import io.espalier.agent.measure.HostTurns;
import io.espalier.agent.measure.ProfileStore;
import io.espalier.agent.program.Programs;
import io.espalier.agent.shadow.CommandLink;
import io.espalier.agent.shadow.Convergence;
import io.espalier.agent.shadow.Deploying;
import io.espalier.agent.shadow.Measuring;
import io.espalier.agent.shadow.Reporter;
import io.espalier.agent.shadow.Upgrading;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.StateDirectory;
import io.espalier.agent.telemetry.KafkaTelemetrySink;
import io.espalier.agent.telemetry.MqttTelemetrySink;
import io.espalier.agent.telemetry.Spool;
import io.espalier.agent.telemetry.SpoolDrain;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.telemetry.TelemetrySink;
import io.espalier.agent.trial.PreflightProcess;
import io.espalier.agent.trial.Trial;
import io.espalier.agent.trial.TrialAttempts;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.Connection;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Need;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.TrialReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/** The features that need the network, wired once the device is enrolled. */
record CloudSide(
        AgentConfig config,
        StateDirectory state,
        Clock clock,
        Enrolment enrolment,
        OrtRuntime runtime,
        HostTurns turns,
        Slots slots,
        TrialAttempts attempts,
        ActiveModel active,
        TelemetryRecorder telemetry,
        Spool spool,
        Connections connections,
        Epochs epochs,
        DeviceTrust trust,
        TrustedTime time,
        DeviceIdentity identity,
        DeviceTls tls,
        Runnable restart) {
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(15);

    void start(Workers workers, Optional<ServedModel> serving) throws IOException {
        long epoch = epochs.drawAbove(0);
        Topics topics = new Topics(enrolment.tenant());
        MqttAddress broker = new MqttAddress(
                enrolment.mqttUrl(),
                topics.clientId(config.deviceId(), Connection.COMMAND),
                enrolment.mqttUsername(),
                enrolment.mqttPassword(),
                tls);
        Renewal renewal = new Renewal(
                config.deviceId(), config.controllerUrl(), identity, tls, backoff(), new SplittableRandom());
        CommandLink link = new CommandLink(
                broker, topics, config.deviceId(), Agent.VERSION, clock, backoff(), trust, time, renewal::nudge);
        identity.onChange(link::reconnect);
        Optional<TrialReport> latestTrial = slots.latestTrial();
        Reporter reporter = new Reporter(link::publish, clock, firstReport(epoch, latestTrial));
        serving.ifPresent(reporter::serves);
        ArtifactFetcher fetcher = ArtifactFetcher.over(
                broker,
                topics,
                config.controllerUrl(),
                state.folder("staging"),
                (artifact, chunk) -> {
                    Need.Builder need = Need.newBuilder()
                            .setDeviceId(config.deviceId().value())
                            .setArtifactDigest(artifact.hex());
                    link.publish(
                            DeviceChannel.NEED,
                            (chunk < 0 ? need.setManifest(true) : need.addChunks(chunk))
                                    .build()
                                    .toByteArray(),
                            false);
                },
                trust::accept);
        Convergence convergence = new Convergence(
                trust,
                new Measuring(
                        config.deviceId(),
                        epoch,
                        runtime,
                        turns,
                        new HardwareReader(Path.of("/"), state.file("")),
                        new ProfileStore(state.folder("profiles")),
                        telemetry,
                        clock),
                new Deploying(
                        slots,
                        new Trial(
                                runtime,
                                turns,
                                new PreflightProcess(config.threads()),
                                config.goldenTolerance(),
                                Trial.Pause.USUAL),
                        attempts,
                        trust,
                        active,
                        telemetry,
                        decidedDeployment(latestTrial, serving)),
                new Upgrading(Programs.ofThisProcess(), trust, System.getProperty("os.arch", ""), restart),
                fetcher,
                reporter,
                link::publish,
                telemetry,
                link::askForRenewal,
                backoff());
        link.listen(convergence::publishAll, convergence::desired, convergence::root);
        workers.start("converge", convergence);
        workers.every("renewal", LONGEST_RETRY, () -> {
            convergence.renewWhatWasRefused();
            convergence.confirmAgain();
        });
        SpoolDrain drain = new SpoolDrain(spool, sink(link), backoff());
        connections.watch(Connections.MQTT, link::isUp);
        connections.watch(peerOf(config.telemetrySink()), drain::reachesItsSink);
        workers.start("drain", drain);
        workers.start("link", link);
        workers.start("certificate", renewal);
    }

    private Reported firstReport(long epoch, Optional<TrialReport> latestTrial) {
        Reported.Builder report = Reported.newBuilder()
                .setDeviceId(config.deviceId().value())
                .setEpoch(epoch)
                .setAgentVersion(Agent.VERSION);
        latestTrial.ifPresent(report::setTrial);
        return report.build();
    }

    /** An accepted deployment counts as decided only while its model really serves; a damaged one is fetched again. */
    private static String decidedDeployment(Optional<TrialReport> latestTrial, Optional<ServedModel> serving) {
        return latestTrial
                .filter(trial -> trial.getOutcome() != TrialReport.Outcome.OUTCOME_ACCEPTED
                        || serving.filter(model -> model.artifactDigest().equals(trial.getArtifactDigest()))
                                .isPresent())
                .map(TrialReport::getDeploymentId)
                .orElse("");
    }

    private TelemetrySink sink(CommandLink link) {
        return switch (config.telemetrySink()) {
            case KAFKA ->
                new KafkaTelemetrySink(
                        enrolment.kafkaServers(),
                        enrolment.tenant(),
                        config.deviceId(),
                        enrolment.isKafkaSecure() ? Optional.of(tls) : Optional.empty(),
                        identity::signTelemetry);
            case MQTT -> overMqtt(link);
        };
    }

    private TelemetrySink overMqtt(CommandLink link) {
        MqttTelemetrySink sink = new MqttTelemetrySink(
                config.deviceId(),
                identity::signTelemetry,
                upload -> link.upload(upload, MqttTelemetrySink.RECEIPT_TIMEOUT));
        link.listenForReceipts(sink::receipt);
        return sink;
    }

    /** Whom telemetry goes to, in the metrics. */
    static String peerOf(AgentConfig.SinkKind sink) {
        return switch (sink) {
            case KAFKA -> Connections.KAFKA;
            case MQTT -> Connections.BRIDGE;
        };
    }

    private static Backoff backoff() {
        return new Backoff(FIRST_RETRY, LONGEST_RETRY, new SplittableRandom());
    }
}
