package io.espalier.agent.toys;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.Reported;
import io.espalier.trust.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

/** The controller's side of the wire for one device: answers enrolment, publishes, and collects what the device says. */
public final class ToyCloud implements AutoCloseable, MqttCallback {
    private static final Topics TOPICS = new Topics("default");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DeviceId device;
    private final HttpServer http;
    private final MqttAsyncClient mqtt;
    private final ToyAuthority authority;
    private final BlockingQueue<Reported> reported = new LinkedBlockingQueue<>();
    private final BlockingQueue<DeviceProfile> profiles = new LinkedBlockingQueue<>();
    private final BlockingQueue<Presence> presences = new LinkedBlockingQueue<>();
    private long version;
    private volatile Desired latest = Desired.getDefaultInstance();

    private ToyCloud(DeviceId device, HttpServer http, MqttAsyncClient mqtt, ToyAuthority authority) {
        this.device = device;
        this.http = http;
        this.mqtt = mqtt;
        this.authority = authority;
    }

    /** Where brokers are; {@code controller} is what the cloud shows them, nothing where they take anybody. */
    public record Brokers(
            String mqttUrl,
            String mqttUrlOfCloud,
            String kafkaServers,
            String kafkaProtocol,
            Optional<SSLContext> controller) {}

    public static ToyCloud start(DeviceId device, String mqttUrl, String kafkaServers) throws Exception {
        return start(
                device,
                new Brokers(mqttUrl, mqttUrl, kafkaServers, "PLAINTEXT", Optional.empty()),
                new ToyCertifier(Clock.systemUTC()));
    }

    public static ToyCloud start(DeviceId device, Brokers brokers, ToyCertifier certifier) throws Exception {
        ToyAuthority authority = new ToyAuthority(Instant.now());
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        http.createContext("/api/v1/enrol", exchange -> enrol(exchange, device, brokers, authority, certifier));
        http.start();
        MqttAsyncClient mqtt = new MqttAsyncClient(
                brokers.mqttUrlOfCloud(), "toy-cloud-" + UUID.randomUUID(), new MemoryPersistence());
        ToyCloud cloud = new ToyCloud(device, http, mqtt, authority);
        mqtt.setCallback(cloud);
        MqttConnectionOptions options = new MqttConnectionOptions();
        brokers.controller().ifPresent(tls -> options.setSocketFactory(tls.getSocketFactory()));
        mqtt.connect(options).waitForCompletion(PATIENCE.toMillis());
        for (DeviceChannel channel :
                new DeviceChannel[] {DeviceChannel.REPORTED, DeviceChannel.PROFILE, DeviceChannel.PRESENCE}) {
            mqtt.subscribe(TOPICS.device(device, channel), 1).waitForCompletion(PATIENCE.toMillis());
        }
        return cloud;
    }

    private static void enrol(
            HttpExchange exchange, DeviceId device, Brokers brokers, ToyAuthority authority, ToyCertifier certifier)
            throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean known = body.contains("\"good-token\"") && body.contains("\"nonce\"");
        String answer = known
                ? """
                {"tenant":"default","deviceId":"%s","mqtt":{"url":"%s","username":"%s","password":"secret"},
                 "kafka":{"bootstrapServers":"%s","securityProtocol":"%s"},"trust":"%s","certificate":"%s"}""".formatted(
                                device,
                                brokers.mqttUrl(),
                                device,
                                brokers.kafkaServers(),
                                brokers.kafkaProtocol(),
                                Base64.getEncoder().encodeToString(authority.trust()),
                                certifier.enrol(body, device))
                : """
                {"type":"urn:espalier:problem:claim-token","title":"Claim token not accepted","detail":"it has expired"}""";
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(known ? 200 : 401, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Retains the manifest and every chunk. */
    public void publish(ToyArtifact artifact) throws MqttException {
        retain(TOPICS.manifest(artifact.digest()), authority.release(artifact.manifest()));
        for (int i = 0; i < artifact.chunks().size(); i++) {
            retain(TOPICS.chunk(artifact.digest(), i), artifact.chunks().get(i));
        }
    }

    /** Publishes the next version of the desired state. */
    public void desire(Desired.Builder desired) throws MqttException {
        latest = desired.setDeviceId(device.value()).setVersion(++version).build();
        retain(TOPICS.device(device, DeviceChannel.DESIRED), authority.assignment(latest));
    }

    /** Puts new keys in the place of a role's and lets the root say so. */
    public void rotate(Role role) throws MqttException {
        byte[] root = authority.rotate(role);
        retain(TOPICS.root(authority.root().version()), root);
    }

    /** Signs again what is desired, as an answer. This is the client's own thread: nothing is waited for. */
    private void answer(Presence presence) throws MqttException {
        if (!presence.getNonce().isEmpty() && latest.getVersion() > 0) {
            mqtt.publish(
                    TOPICS.device(device, DeviceChannel.DESIRED),
                    authority.assignment(latest, assignment -> assignment.setNonce(presence.getNonce())),
                    1,
                    true);
        }
    }

    private void retain(String topic, byte[] payload) throws MqttException {
        mqtt.publish(topic, payload, 1, true).waitForCompletion(PATIENCE.toMillis());
    }

    public Reported awaitReported(Predicate<Reported> wanted) throws Exception {
        return await(reported, wanted);
    }

    public DeviceProfile awaitProfile(Predicate<DeviceProfile> wanted) throws Exception {
        return await(profiles, wanted);
    }

    public Presence awaitPresence(Predicate<Presence> wanted) throws Exception {
        return await(presences, wanted);
    }

    private static <T> T await(BlockingQueue<T> queue, Predicate<T> wanted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = null;
        while (true) {
            T next = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new TimeoutException("nothing of the kind came; the last was " + last);
            }
            if (wanted.test(next)) {
                return next;
            }
            last = next;
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws Exception {
        byte[] payload = message.getPayload();
        if (topic.equals(TOPICS.device(device, DeviceChannel.REPORTED))) {
            reported.add(Reported.parseFrom(payload));
        } else if (topic.equals(TOPICS.device(device, DeviceChannel.PROFILE))) {
            profiles.add(DeviceProfile.parseFrom(payload));
        } else {
            Presence presence = Presence.parseFrom(payload);
            presences.add(presence);
            answer(presence);
        }
    }

    @Override
    public void close() throws MqttException {
        http.stop(0);
        mqtt.disconnectForcibly(0, 1000, true);
        mqtt.close(true);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
