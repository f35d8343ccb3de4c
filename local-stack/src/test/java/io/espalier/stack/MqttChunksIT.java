package io.espalier.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MqttChunksIT {
    private static final int DEVICES = 10;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int TIMEOUT_SECONDS = 30;

    private final String topic = new Topics("default").chunk(Sha256.of(StackClients.utf8("a model")), 0);

    @TempDir
    Path folder;

    /** All together they are more than a topic of another kind may hold in memory. */
    @Test
    void keepsChunksForManySlowDevicesInMemory() throws Exception {
        CountDownLatch arrived = new CountDownLatch(DEVICES);
        CountDownLatch acknowledge = new CountDownLatch(1);
        List<MqttClient> devices = new ArrayList<>();
        try (MqttBroker broker = MqttBroker.start(folder, Ports.free(1).get(0), why -> {})) {
            StackClients clients = new StackClients(new Endpoints(broker.properties()));
            clients.retain(topic, new byte[CHUNK_BYTES]);
            IMqttMessageListener slow = (from, message) -> {
                arrived.countDown();
                acknowledge.await();
            };
            try {
                for (int device = 0; device < DEVICES; device++) {
                    devices.add(clients.connect());
                    devices.get(device)
                            .subscribe(
                                    new MqttSubscription[] {new MqttSubscription(topic, 1)},
                                    new IMqttMessageListener[] {slow});
                }

                assertThat(arrived.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
                try (Stream<Path> files = Files.walk(folder)) {
                    assertThat(files.filter(file -> file.toString().endsWith(".page")))
                            .isEmpty();
                }
            } finally {
                acknowledge.countDown();
                for (MqttClient device : devices) {
                    device.disconnect(0);
                    device.close();
                }
            }
        }
    }
}
