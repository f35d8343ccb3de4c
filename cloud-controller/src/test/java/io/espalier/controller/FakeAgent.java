package io.espalier.controller;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.Hardware;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.ProbeTiming;
import io.espalier.proto.v1.ProgramReport;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.RuntimeKey;
import io.espalier.proto.v1.TelemetryReceipt;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.UploadedRecord;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Speaks as a device over real MQTT and says what a test wants it to say. */
public final class FakeAgent implements AutoCloseable, MqttCallback {
    private static final Topics TOPICS = new Topics("default");
    private static final long PATIENCE_SECONDS = 60;
    private static final long SILENCE_SECONDS = 3;

    private final DeviceId id;
    private final MqttAsyncClient client;
    private final String session = UUID.randomUUID().toString();
    private final BlockingQueue<MqttMessage> arrived = new LinkedBlockingQueue<>();
    private final BlockingQueue<Desired> desired = new LinkedBlockingQueue<>();
    private final BlockingQueue<TelemetryReceipt> receipts = new LinkedBlockingQueue<>();
    private final long epoch;
    private long sequence;

    public FakeAgent(String id, String url) throws MqttException {
        this(id, url, System.currentTimeMillis());
    }

    public FakeAgent(String id, String url, long epoch) throws MqttException {
        this.epoch = epoch;
        this.id = new DeviceId(id);
        this.client = new MqttAsyncClient(url, "agent-" + id + "-" + session, new MemoryPersistence());
        client.setCallback(this);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(64);
        client.connect(options).waitForCompletion(10_000);
        client.subscribe(TOPICS.device(this.id, DeviceChannel.DESIRED), 1).waitForCompletion(10_000);
        client.subscribe(TOPICS.device(this.id, DeviceChannel.RECEIPT), 1).waitForCompletion(10_000);
        presence(true);
    }

    public long epoch() {
        return epoch;
    }

    public void presence(boolean online) throws MqttException {
        presence(session, online);
    }

    /** Speaks of a session that need not be this one. */
    public void presence(String ofSession, boolean online) throws MqttException {
        send(
                DeviceChannel.PRESENCE,
                Presence.newBuilder()
                        .setDeviceId(id.value())
                        .setSessionId(ofSession)
                        .setOnline(online)
                        .setAtMillis(System.currentTimeMillis())
                        .build()
                        .toByteArray(),
                true);
    }

    /** Waits for a desired state that is like that. */
    public Desired awaitDesired(Predicate<Desired> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Desired last = null;
        while (System.nanoTime() < deadline) {
            Desired next = desired.poll(1, TimeUnit.SECONDS);
            last = next == null ? last : next;
            if (next != null && wanted.test(next)) {
                return next;
            }
        }
        throw new AssertionError("No such desired state within " + PATIENCE_SECONDS + " s; the last was " + last);
    }

    public void measured(String suite, double floorMicros) throws MqttException {
        send(
                DeviceChannel.PROFILE,
                DeviceProfile.newBuilder()
                        .setDeviceId(id.value())
                        .setEpoch(epoch)
                        .setSequence(++sequence)
                        .setMeasuredAtMillis(System.currentTimeMillis())
                        .setSuiteDigest(suite)
                        .setHardware(Hardware.newBuilder()
                                .setOs("linux")
                                .setArch("amd64")
                                .setCpuModel("test")
                                .setCores(2)
                                .setSimulatedSlowdown(1))
                        .setRuntime(RuntimeKey.newBuilder()
                                .setRuntime("onnxruntime")
                                .setRuntimeVersion("1")
                                .setIntraOpThreads(1)
                                .setOptimisationLevel("all"))
                        .addTimings(ProbeTiming.newBuilder()
                                .setProbe("floor")
                                .setMedianMicros(floorMicros * 0.9)
                                .setP95Micros(floorMicros)
                                .setSamples(100)
                                .setNoise(0.05))
                        .build()
                        .toByteArray(),
                false);
    }

    public void tried(Desired answered, TrialReport.Outcome outcome, double p95Micros) throws MqttException {
        boolean accepted = outcome == TrialReport.Outcome.OUTCOME_ACCEPTED;
        send(
                DeviceChannel.REPORTED,
                reported("test", AgentPhase.AGENT_PHASE_SERVING)
                        .setDesiredVersion(answered.getVersion())
                        .setActiveArtifactDigest(accepted ? answered.getModel().getArtifactDigest() : "")
                        .setActiveVariantDigest(accepted ? answered.getModel().getVariantDigest() : "")
                        .setTrial(TrialReport.newBuilder()
                                .setDeploymentId(answered.getModel().getDeploymentId())
                                .setArtifactDigest(answered.getModel().getArtifactDigest())
                                .setOutcome(outcome)
                                .setSamples(500)
                                .setP50Micros(p95Micros * 0.9)
                                .setP95Micros(p95Micros)
                                .setP95LowerMicros(p95Micros * 0.97)
                                .setP95UpperMicros(p95Micros * 1.04))
                        .build()
                        .toByteArray(),
                true);
    }

    /** Takes back what it once said of an assignment: that model does not load, and a former one serves. */
    public void fellBack(Desired answered, Desired serves, String why) throws MqttException {
        send(
                DeviceChannel.REPORTED,
                reported("test", AgentPhase.AGENT_PHASE_SERVING)
                        .setDesiredVersion(answered.getVersion())
                        .setActiveArtifactDigest(serves.getModel().getArtifactDigest())
                        .setActiveVariantDigest(serves.getModel().getVariantDigest())
                        .setTrial(TrialReport.newBuilder()
                                .setDeploymentId(answered.getModel().getDeploymentId())
                                .setArtifactDigest(answered.getModel().getArtifactDigest())
                                .setOutcome(TrialReport.Outcome.OUTCOME_DOES_NOT_LOAD)
                                .setDetail(why))
                        .build()
                        .toByteArray(),
                true);
    }

    /**
     * Says which program runs.
     *
     * @param running empty for the one that was installed
     * @param refused the program that was given up, and why; empty where there is none
     */
    public void programs(String version, String running, String refused, String why) throws MqttException {
        send(
                DeviceChannel.REPORTED,
                reported(version, AgentPhase.AGENT_PHASE_IDLE)
                        .setProgram(ProgramReport.newBuilder()
                                .setArtifactDigest(running)
                                .setRefusedDigest(refused)
                                .setRefusedWhy(why))
                        .build()
                        .toByteArray(),
                true);
    }

    private Reported.Builder reported(String version, AgentPhase phase) {
        return Reported.newBuilder()
                .setDeviceId(id.value())
                .setEpoch(epoch)
                .setSequence(++sequence)
                .setAtMillis(System.currentTimeMillis())
                .setAgentVersion(version)
                .setPhase(phase);
    }

    /**
     * Fetches a retained message of an artifact, or fails after a while. Subscribes again and again, as agents do: who subscribes
     * while the message is being replaced may get neither the old one nor the new one.
     */
    public byte[] fetch(String topic) throws MqttException, InterruptedException {
        arrived.clear();
        for (int attempt = 0; attempt < PATIENCE_SECONDS / SILENCE_SECONDS; attempt++) {
            client.subscribe(topic, 1).waitForCompletion(10_000);
            MqttMessage message = arrived.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
            client.unsubscribe(topic).waitForCompletion(10_000);
            if (message != null) {
                return message.getPayload();
            }
        }
        throw new AssertionError("Nothing is retained on " + topic);
    }

    public Manifest manifest(String artifact)
            throws MqttException, InterruptedException, InvalidProtocolBufferException {
        return Manifest.parseFrom(
                Release.parseFrom(Envelope.parseFrom(release(artifact)).getPayload())
                        .getManifest());
    }

    /** The signed release as it is retained. */
    public byte[] release(String artifact) throws MqttException, InterruptedException {
        return fetch(TOPICS.manifest(new io.espalier.proto.Sha256(artifact)));
    }

    /** Uploads until a receipt for it comes, as agents do. */
    public void upload(TelemetryUpload upload) throws MqttException, InterruptedException {
        UploadedRecord last = upload.getRecords(upload.getRecordsCount() - 1);
        for (int attempt = 0; attempt < PATIENCE_SECONDS; attempt++) {
            send(DeviceChannel.TELEMETRY, upload.toByteArray(), false);
            TelemetryReceipt receipt = receipts.poll(1, TimeUnit.SECONDS);
            if (receipt != null && receipt.getSequence() == last.getSequence()) {
                return;
            }
        }
        throw new AssertionError("No receipt came for " + last.getSequence());
    }

    public void send(DeviceChannel channel, byte[] payload, boolean retained) throws MqttException {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(1);
        message.setRetained(retained);
        client.publish(TOPICS.device(id, channel), message).waitForCompletion(10_000);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws Exception {
        if (topic.equals(TOPICS.device(id, DeviceChannel.DESIRED))) {
            // What verifies signatures is the device's business, and its tests'.
            desired.add(Assignment.parseFrom(
                            Envelope.parseFrom(message.getPayload()).getPayload())
                    .getDesired());
        } else if (topic.equals(TOPICS.device(id, DeviceChannel.RECEIPT))) {
            receipts.add(TelemetryReceipt.parseFrom(message.getPayload()));
        } else {
            arrived.add(message);
        }
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 1000, false);
        client.close(true);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
