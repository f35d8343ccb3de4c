package io.espalier.benchmarks.device;

import io.espalier.agent.toys.ToyArtifact;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Need;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Puts an artifact on the broker as the controller does: each chunk once, retained, the release last, and again what a device
 * says it misses. All that it sends goes through a relay that counts.
 */
final class ArtifactSource implements AutoCloseable {
    private static final int QOS = 1;
    private static final int MOST_IN_FLIGHT = 32;
    private static final long PATIENCE_MILLIS = 60_000;

    private final CountingRelay relay;
    private final MqttAsyncClient client;
    private final Topics topics;
    private final ToyArtifact artifact;
    private final ExecutorService again = Executors.newSingleThreadExecutor();

    ArtifactSource(String broker, Topics topics, ToyArtifact artifact) throws IOException, MqttException {
        this.topics = topics;
        this.artifact = artifact;
        relay = new CountingRelay(broker);
        client = new MqttAsyncClient(relay.url(), "source", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(MOST_IN_FLIGHT);
        client.setCallback(new OnArrival((topic, message) -> again.execute(() -> publishAgain(message.getPayload()))));
        client.connect(options).waitForCompletion(PATIENCE_MILLIS);
        client.subscribe(topics.everyDevice(DeviceChannel.NEED), QOS).waitForCompletion(PATIENCE_MILLIS);
    }

    void publish() throws MqttException {
        List<Integer> chunks = new ArrayList<>();
        for (int chunk = 0; chunk < artifact.chunks().size(); chunk++) {
            chunks.add(chunk);
        }
        publish(chunks);
        publishRelease();
    }

    private void publish(List<Integer> chunks) throws MqttException {
        List<IMqttToken> sent = new ArrayList<>();
        for (int chunk : chunks) {
            sent.add(client.publish(
                    topics.chunk(artifact.digest(), chunk), artifact.chunks().get(chunk), QOS, true));
            if (sent.size() == MOST_IN_FLIGHT) {
                sent.remove(0).waitForCompletion(PATIENCE_MILLIS);
            }
        }
        for (IMqttToken each : sent) {
            each.waitForCompletion(PATIENCE_MILLIS);
        }
    }

    private void publishRelease() throws MqttException {
        client.publish(topics.manifest(artifact.digest()), artifact.release(), QOS, true)
                .waitForCompletion(PATIENCE_MILLIS);
    }

    private void publishAgain(byte[] message) {
        try {
            Need need = Need.parseFrom(message);
            publish(need.getChunksList());
            if (need.getManifest()) {
                publishRelease();
            }
        } catch (IOException | MqttException e) {
            throw new IllegalStateException("A device's need was not answered", e);
        }
    }

    long sentBytes() {
        return relay.sentBytes();
    }

    @Override
    public void close() throws IOException, MqttException {
        again.shutdownNow();
        client.disconnectForcibly(0, 1_000, true);
        client.close(true);
        relay.close();
    }
}
