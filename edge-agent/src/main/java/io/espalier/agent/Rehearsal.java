package io.espalier.agent;

import io.espalier.agent.config.AgentConfig;
import io.espalier.agent.config.AgentConfigReader;
import io.espalier.agent.config.ConfigException;
import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.link.MqttAddress;
import io.espalier.agent.link.SecureContext;
import io.espalier.agent.state.StateDirectory;
import io.espalier.agent.state.StateUnusableException;
import io.espalier.agent.telemetry.KafkaTelemetrySink;
import io.espalier.agent.telemetry.SpoolRecord;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import io.espalier.trust.Rejection;
import io.espalier.trust.Verdict;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Does once what an agent does all its life, with nobody at the other end, so that the launcher can archive the classes it
 * takes: {@code --folder DIR}, an empty folder that the caller removes. The system property {@value #SINK} says how telemetry
 * will leave, Kafka where it says nothing: a launcher and a program of different versions understand each other's call.
 *
 * <p>Loading all classes of the class path instead makes the archive twice as large, and all of an archive is in memory.
 */
public final class Rehearsal {
    private static final String SINK = "espalier.rehearsal.sink";
    private static final String CLASS = ".class";
    private static final int PATIENCE_MILLIS = 20_000;
    private static final DeviceId DEVICE = new DeviceId("rehearsal");
    private static final String NOBODY = "http://127.0.0.1:1";

    private Rehearsal() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2 || !arguments[0].equals("--folder")) {
            throw new IllegalArgumentException("Rehearsal needs --folder DIR, an empty folder");
        }
        Path folder = Path.of(arguments[1]);
        serve(folder);
        if (!System.getProperty(SINK, "kafka").equals("mqtt")) {
            sendTelemetry(); // Over MQTT it takes what fetching takes.
        }
        fetch(Files.createDirectories(folder.resolve("staging")));
        for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
            File jar = new File(each);
            if (jar.getName().startsWith("edge-agent") || jar.getName().startsWith("shared-proto")) {
                load(jar);
            }
        }
        System.exit(0); // Some clients leave threads behind.
    }

    private static void serve(Path folder)
            throws IOException, ConfigException, StateUnusableException, BadSettingException {
        Properties settings = new Properties();
        settings.setProperty("device.id", DEVICE.value());
        settings.setProperty("controller.url", NOBODY);
        settings.setProperty("claim.token", "none");
        settings.setProperty("state.dir", folder.resolve("state").toString());
        settings.setProperty("serve.port", "0");
        Path file = folder.resolve("agent.properties");
        try (Writer out = Files.newBufferedWriter(file)) {
            settings.store(out, null);
        }
        AgentConfig config = new AgentConfigReader(Map.of()).read(file);
        Agent agent = Agent.start(
                config, StateDirectory.open(config.stateDir()), Clock.systemUTC(), new CompletableFuture<>());
        try {
            URI ready = URI.create("http://127.0.0.1:" + agent.servePort() + "/v2/health/ready");
            HttpURLConnection asked = (HttpURLConnection) ready.toURL().openConnection();
            asked.getResponseCode();
            asked.disconnect();
        } finally {
            agent.stop(ExitCode.STOPPED);
        }
    }

    private static void sendTelemetry() throws IOException, InterruptedException {
        try (ServerSocket kafka = listener()) {
            KafkaTelemetrySink sink = new KafkaTelemetrySink(
                    "127.0.0.1:" + kafka.getLocalPort(),
                    "default",
                    DEVICE,
                    Optional.empty(),
                    (type, eventId, event) -> new byte[0]);
            until(kafka, () -> sink.deliver(List.of(new SpoolRecord(SpoolRecord.Kind.EVENT, 1, 1, 0, new byte[1]))));
            sink.close();
        }
    }

    private static void fetch(Path staging) throws IOException, InterruptedException {
        Sha256 nothing = Sha256.of(new byte[0]);
        try (ServerSocket broker = listener()) {
            ArtifactFetcher fetcher = ArtifactFetcher.over(
                    new MqttAddress(
                            "tcp://127.0.0.1:" + broker.getLocalPort(), DEVICE.value(), "", "", SecureContext.NONE),
                    new Topics("default"),
                    URI.create(NOBODY),
                    staging,
                    (artifact, chunk) -> {},
                    (envelope, artifact, version) -> new Verdict.Rejected<>(
                            new Rejection(Rejection.Reason.UNSIGNED, "nothing is believed in a rehearsal")));
            until(broker, () -> fetcher.fetch(nothing, 0, () -> true, progress -> {}));
        }
    }

    private static ServerSocket listener() throws IOException {
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(PATIENCE_MILLIS);
        return listener;
    }

    /** Something that talks to a far side. */
    @FunctionalInterface
    private interface Talk {
        void begin() throws InterruptedException;
    }

    /** Lets it talk until it was heard, and hangs up. */
    private static void until(ServerSocket heard, Talk talk) throws IOException, InterruptedException {
        Thread talking = new Thread(() -> {
            try {
                talk.begin();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        talking.start();
        try (Socket caller = heard.accept()) {
            caller.setSoTimeout(PATIENCE_MILLIS);
            caller.getInputStream().read();
        }
        talking.interrupt();
        talking.join(PATIENCE_MILLIS);
    }

    private static void load(File jar) throws IOException {
        try (JarFile content = new JarFile(jar)) {
            for (Enumeration<JarEntry> all = content.entries(); all.hasMoreElements(); ) {
                String name = all.nextElement().getName();
                if (name.endsWith(CLASS) && !name.startsWith("META-INF/")) {
                    load(name.substring(0, name.length() - CLASS.length()).replace('/', '.'));
                }
            }
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, Rehearsal.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // It needs a library that a device does not have, so the agent never needs it.
        }
    }
}
