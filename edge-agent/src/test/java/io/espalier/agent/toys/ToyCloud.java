package io.espalier.agent.toys;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.proto.Topics.DeviceChannel;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Need;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
    private static final List<DeviceChannel> HEARD =
            List.of(DeviceChannel.REPORTED, DeviceChannel.PROFILE, DeviceChannel.PRESENCE, DeviceChannel.NEED);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final DeviceId device;
    private final HttpServer http;
    private final MqttAsyncClient mqtt;
    private final ToyAuthority authority;
    private final Optional<SSLContext> tls;
    private final BlockingQueue<Reported> reported = new LinkedBlockingQueue<>();
    private final BlockingQueue<DeviceProfile> profiles = new LinkedBlockingQueue<>();
    private final BlockingQueue<Presence> presences = new LinkedBlockingQueue<>();
    private final Semaphore enrolments = new Semaphore(0);
    private final BlockingQueue<Need> needs = new LinkedBlockingQueue<>();
    private final Map<String, byte[]> parts = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private long version;
    private volatile boolean closed;
    private volatile Desired latest = Desired.getDefaultInstance();

    private ToyCloud(
            DeviceId device, HttpServer http, MqttAsyncClient mqtt, ToyAuthority authority, Optional<SSLContext> tls) {
        this.device = device;
        this.http = http;
        this.mqtt = mqtt;
        this.authority = authority;
        this.tls = tls;
    }

    /** Where brokers are; {@code controller} is what the cloud shows them, nothing where they take anybody. */
    public record Brokers(
            String mqttUrl,
            String mqttUrlOfCloud,
            String kafkaServers,
            String kafkaProtocol,
            Optional<SSLContext> controller) {}

    public static ToyCloud start(DeviceId device, String mqttUrl, String kafkaServers) throws Exception {
        return start(device, mqttUrl, mqttUrl, kafkaServers);
    }

    /** The device is told another address of the broker than the cloud has: something may lie between. */
    public static ToyCloud start(DeviceId device, String mqttUrl, String devicesMqttUrl, String kafkaServers)
            throws Exception {
        return start(
                device,
                new Brokers(devicesMqttUrl, mqttUrl, kafkaServers, "PLAINTEXT", Optional.empty()),
                new ToyCertifier(Clock.systemUTC()));
    }

    public static ToyCloud start(DeviceId device, Brokers brokers, ToyCertifier certifier) throws Exception {
        ToyAuthority authority = new ToyAuthority(Instant.now());
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        MqttAsyncClient mqtt = new MqttAsyncClient(
                brokers.mqttUrlOfCloud(), "toy-cloud-" + UUID.randomUUID(), new MemoryPersistence());
        ToyCloud cloud = new ToyCloud(device, http, mqtt, authority, brokers.controller());
        http.createContext("/api/v1/enrol", exchange -> {
            enrol(exchange, device, brokers, authority, certifier);
            cloud.enrolments.release();
        });
        http.createContext("/api/v1/artifacts", cloud::artifact);
        http.start();
        mqtt.setCallback(cloud);
        cloud.connect();
        return cloud;
    }

    private void connect() throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        tls.ifPresent(context -> options.setSocketFactory(context.getSocketFactory()));
        mqtt.connect(options).waitForCompletion(PATIENCE.toMillis());
        for (DeviceChannel channel : HEARD) {
            mqtt.subscribe(TOPICS.device(device, channel), 1).waitForCompletion(PATIENCE.toMillis());
        }
    }

    /** A broker that went away comes back, or the test is over. */
    private void connectAgain() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
                connect();
                return;
            } catch (MqttException e) {
                // Not yet.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
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

    /** A part over HTTP, where it is held. */
    private void artifact(HttpExchange exchange) throws IOException {
        String part = exchange.getRequestURI().getPath().substring("/api/v1/artifacts/".length());
        asked.add(part);
        byte[] body = parts.get(part);
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (body == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (range == null) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } else {
            answerRange(exchange, body, range);
        }
        exchange.close();
    }

    /** Of a range {@code bytes=FIRST-LAST}. */
    private static void answerRange(HttpExchange exchange, byte[] body, String range) throws IOException {
        String[] bounds = range.substring("bytes=".length()).split("-", -1);
        int first = Integer.parseInt(bounds[0]);
        int length = Integer.parseInt(bounds[1]) - first + 1;
        exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + bounds[1] + "/" + body.length);
        exchange.sendResponseHeaders(206, length);
        exchange.getResponseBody().write(body, first, length);
    }

    /** Nothing can be had over HTTP any more, nor asked for. */
    public void holdNothing() {
        parts.clear();
    }

    /** Chunks that were asked for over HTTP so far, each as often as it was, whether or not they were held. */
    public List<String> chunksAskedOverHttp() {
        return asked.stream().filter(part -> part.contains("/chunks/")).toList();
    }

    /** Holds the manifest, the content and every chunk of it, to be asked for. */
    public void hold(ToyArtifact artifact) {
        parts.put(artifact.digest() + "/content", artifact.content());
        parts.put(artifact.digest() + "/manifest", authority.release(artifact.manifest()));
        for (int i = 0; i < artifact.chunks().size(); i++) {
            parts.put(artifact.digest() + "/chunks/" + i, artifact.chunks().get(i));
        }
    }

    /** Holds the artifact and retains the manifest and, unless that keeps them off the broker, every chunk. */
    public void publish(ToyArtifact artifact) throws MqttException, InvalidProtocolBufferException {
        hold(artifact);
        retain(TOPICS.manifest(artifact.digest()), authority.release(artifact.manifest()));
        if (artifact.isOverHttp()) {
            return;
        }
        for (int i = 0; i < artifact.chunks().size(); i++) {
            retain(TOPICS.chunk(artifact.digest(), i), artifact.chunks().get(i));
        }
    }

    /** Makes the broker forget a chunk, or gives it other bytes. */
    public void retainInstead(ToyArtifact artifact, int chunk, byte[] bytes) throws MqttException {
        retain(TOPICS.chunk(artifact.digest(), chunk), bytes);
    }

    /** Gives other bytes to whoever asks for a chunk over HTTP. */
    public void holdInstead(ToyArtifact artifact, int chunk, byte[] bytes) {
        parts.put(artifact.digest() + "/chunks/" + chunk, bytes);
    }

    /** Publishes again what a device asks for. This is the client's own thread: nothing is waited for. */
    private void answer(Need need) throws MqttException {
        Sha256 artifact = new Sha256(need.getArtifactDigest());
        for (int chunk : need.getChunksList()) {
            byte[] bytes = parts.get(artifact + "/chunks/" + chunk);
            if (bytes != null) {
                mqtt.publish(TOPICS.chunk(artifact, chunk), bytes, 1, true);
            }
        }
        byte[] release = parts.get(artifact + "/manifest");
        if (need.getManifest() && release != null) {
            mqtt.publish(TOPICS.manifest(artifact), release, 1, true);
        }
    }

    /** Publishes the next version of the desired state. */
    public void desire(Desired.Builder desired) throws MqttException {
        latest = desired.setDeviceId(device.value()).setVersion(++version).build();
        retain(TOPICS.device(device, DeviceChannel.DESIRED), authority.assignment(latest));
    }

    /** The latest assignment, to be published again when it is out of date. */
    public byte[] latestAssignment() {
        return authority.assignment(latest);
    }

    /** What somebody in between may do: an old assignment comes once more. */
    public void replay(byte[] assignment) throws MqttException {
        retain(TOPICS.device(device, DeviceChannel.DESIRED), assignment);
    }

    /** From now on its documents say more than anybody knows today. */
    public void sayAlso(UnknownFieldSet fields) {
        authority.sayAlso(fields);
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
        awaitConnected();
        mqtt.publish(topic, payload, 1, true).waitForCompletion(PATIENCE.toMillis());
    }

    private void awaitConnected() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!mqtt.isConnected() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    public Reported awaitReported(Predicate<Reported> wanted) throws Exception {
        return await(reported, wanted, () -> true);
    }

    /** Gives up as soon as there is no hope. */
    public Reported awaitReported(Predicate<Reported> wanted, BooleanSupplier hope) throws Exception {
        return await(reported, wanted, hope);
    }

    public DeviceProfile awaitProfile(Predicate<DeviceProfile> wanted) throws Exception {
        return await(profiles, wanted, () -> true);
    }

    /** Waits until an enrolment was answered, whether or not the answer arrives. */
    public void awaitEnrolment() throws Exception {
        if (!enrolments.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException("nobody enrolled");
        }
    }

    public Need awaitNeed(Predicate<Need> wanted) throws Exception {
        return await(needs, wanted, () -> true);
    }

    public Presence awaitPresence(Predicate<Presence> wanted) throws Exception {
        return await(presences, wanted, () -> true);
    }

    private static <T> T await(BlockingQueue<T> queue, Predicate<T> wanted, BooleanSupplier hope) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = null;
        while (System.nanoTime() < deadline && (hope.getAsBoolean() || !queue.isEmpty())) {
            T next = queue.poll(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
            if (next != null && wanted.test(next)) {
                return next;
            }
            last = next == null ? last : next;
        }
        throw new TimeoutException("nothing of the kind came; the last was " + last);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws Exception {
        byte[] payload = message.getPayload();
        if (topic.equals(TOPICS.device(device, DeviceChannel.REPORTED))) {
            reported.add(Reported.parseFrom(payload));
        } else if (topic.equals(TOPICS.device(device, DeviceChannel.PROFILE))) {
            profiles.add(DeviceProfile.parseFrom(payload));
        } else if (topic.equals(TOPICS.device(device, DeviceChannel.NEED))) {
            Need need = Need.parseFrom(payload);
            needs.add(need);
            answer(need);
        } else {
            Presence presence = Presence.parseFrom(payload);
            presences.add(presence);
            answer(presence);
        }
    }

    @Override
    public void close() throws MqttException {
        closed = true;
        http.stop(0);
        mqtt.disconnectForcibly(0, 1000, true);
        mqtt.close(true);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        if (!closed) {
            Thread again = new Thread(this::connectAgain, "toy-cloud");
            again.setDaemon(true);
            again.start();
        }
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
