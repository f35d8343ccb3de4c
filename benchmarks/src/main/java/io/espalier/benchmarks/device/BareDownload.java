package io.espalier.benchmarks.device;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** Paho and nothing else: takes the same topics through the same window and throws away what comes. */
final class BareDownload {
    private static final int QOS = 1;
    private static final int WINDOW = 6;
    private static final int RECEIVE_MAXIMUM = 64;
    private static final long CONNECT_MILLIS = 60_000;
    private static final long PATIENCE_SECONDS = 300;

    private final MqttAsyncClient client;
    private final Deque<String> waiting;
    private final CountDownLatch left;

    private BareDownload(MqttAsyncClient client, List<String> topics) {
        this.client = client;
        this.waiting = new ArrayDeque<>(topics);
        this.left = new CountDownLatch(topics.size());
    }

    static void run(String broker, String id, List<String> topics)
            throws MqttException, InterruptedException, TimeoutException {
        MqttAsyncClient client = new MqttAsyncClient(broker, id, new MemoryPersistence());
        BareDownload download = new BareDownload(client, topics);
        client.setCallback(new OnArrival(download::arrived));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        client.connect(options).waitForCompletion(CONNECT_MILLIS);
        try {
            for (int i = 0; i < WINDOW; i++) {
                download.next();
            }
            if (!download.left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException(id + " still misses " + download.left.getCount() + " messages");
            }
        } finally {
            client.disconnectForcibly(0, 1_000, true);
            client.close(true);
        }
    }

    private void arrived(String topic, MqttMessage message) throws MqttException {
        client.unsubscribe(topic);
        left.countDown();
        next();
    }

    private synchronized void next() throws MqttException {
        String topic = waiting.poll();
        if (topic != null) {
            client.subscribe(topic, QOS);
        }
    }
}
