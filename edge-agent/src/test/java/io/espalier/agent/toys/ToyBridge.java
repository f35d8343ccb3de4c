package io.espalier.agent.toys;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.TelemetryReceipt;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.UploadedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Takes what one device uploads, remembers it by sequence, and gives receipts. */
public final class ToyBridge implements AutoCloseable, MqttCallback {
    private static final Topics TOPICS = new Topics("default");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DeviceId device;
    private final MqttAsyncClient client;
    private final SortedMap<Long, UploadedRecord> bySequence = new TreeMap<>();
    private final List<Long> inOrder = new ArrayList<>();

    private ToyBridge(DeviceId device, MqttAsyncClient client) {
        this.device = device;
        this.client = client;
    }

    /** {@code tls} is what it shows where the broker wants to see something. */
    public static ToyBridge start(String mqttUrl, DeviceId device, Optional<SSLContext> tls) throws MqttException {
        MqttAsyncClient client =
                new MqttAsyncClient(mqttUrl, "toy-bridge-" + UUID.randomUUID(), new MemoryPersistence());
        ToyBridge bridge = new ToyBridge(device, client);
        client.setCallback(bridge);
        MqttConnectionOptions options = new MqttConnectionOptions();
        tls.ifPresent(context -> options.setSocketFactory(context.getSocketFactory()));
        client.connect(options).waitForCompletion(PATIENCE.toMillis());
        client.subscribe(TOPICS.device(device, DeviceChannel.TELEMETRY), 1).waitForCompletion(PATIENCE.toMillis());
        return bridge;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws Exception {
        TelemetryUpload upload = TelemetryUpload.parseFrom(message.getPayload());
        synchronized (this) {
            for (UploadedRecord record : upload.getRecordsList()) {
                inOrder.add(record.getSequence());
                bySequence.put(record.getSequence(), record);
            }
            notifyAll();
        }
        UploadedRecord last = upload.getRecords(upload.getRecordsCount() - 1);
        client.publish(
                TOPICS.device(device, DeviceChannel.RECEIPT),
                TelemetryReceipt.newBuilder()
                        .setEpoch(last.getEpoch())
                        .setSequence(last.getSequence())
                        .build()
                        .toByteArray(),
                0,
                false);
    }

    /** Waits until every sequence up to this one has come. */
    public void awaitSequence(long last) throws InterruptedException, TimeoutException {
        await(all -> all.headMap(last + 1).size() == last);
    }

    /** Waits for a window, and answers the first. */
    public UploadedRecord awaitTelemetry() throws InterruptedException, TimeoutException {
        await(all -> all.values().stream().anyMatch(ToyBridge::isTelemetry));
        synchronized (this) {
            return bySequence.values().stream()
                    .filter(ToyBridge::isTelemetry)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isTelemetry(UploadedRecord record) {
        return record.getKind() == UploadedRecord.Kind.KIND_TELEMETRY;
    }

    public synchronized long lastSequence() {
        return bySequence.lastKey();
    }

    /** As they came, copies included. */
    public synchronized List<Long> inOrder() {
        return List.copyOf(inOrder);
    }

    private synchronized void await(Predicate<SortedMap<Long, UploadedRecord>> wanted)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.test(bySequence)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException("not enough of " + device + " came, only " + bySequence.keySet());
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 1_000, true);
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
