package io.espalier.faults.controller;

import io.espalier.demo.cloud.CloudProcesses;
import io.espalier.demo.supervision.ChildFailedException;
import io.espalier.demo.supervision.Ports;
import io.espalier.demo.supervision.Supervisor;
import io.espalier.faults.network.FaultProxy;
import io.espalier.pki.AuthorityFolder;
import io.espalier.signing.Passphrase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The real controller and its real servers, each a process of its own, as an operator would set them up: TLS to whom the
 * controller's authority vouches for, ports that were free, and everything in one folder. All of it ends with this JVM.
 */
public final class Installation implements AutoCloseable {
    private static final String CONTROLLER = "controller";
    private static final int LONGEST_LINE = 8_000;

    private final Path folder;
    private final CloudProcesses processes;
    private final Properties stack;
    private final Supervisor supervisor;
    private final FaultProxy agentsMqtt;
    private final AuthorityFolder authority;
    private final int agentPort;
    private final Caller nobody;
    private final Caller operator;
    private final Caller viewer;

    private Installation(
            Path folder,
            CloudProcesses processes,
            Properties stack,
            Supervisor supervisor,
            FaultProxy agentsMqtt,
            int port,
            int agentPort,
            String password)
            throws Exception {
        this.folder = folder;
        this.processes = processes;
        this.stack = stack;
        this.supervisor = supervisor;
        this.agentsMqtt = agentsMqtt;
        this.agentPort = agentPort;
        this.authority = authority(Clock.systemUTC());
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        this.nobody = new Caller(http, URI.create("http://127.0.0.1:" + port), Map.of());
        addViewer();
        this.operator = loggedIn("admin", password);
        this.viewer = loggedIn("viewer", password);
    }

    /** Starts everything, and returns when it answers. */
    public static Installation start(Path project, Path folder) throws Exception {
        Files.createDirectories(folder);
        CloudProcesses processes = new CloudProcesses(project, folder);
        Supervisor supervisor = new Supervisor(line -> {});
        try {
            supervisor.start(processes.stack());
            Properties stack = processes.stackProperties();
            FaultProxy agentsMqtt = FaultProxy.before(stack.getProperty("mqtt.url"));
            int port = Ports.anyFree();
            int agentPort = Ports.anyFree();
            String password = UUID.randomUUID().toString();
            supervisor.start(processes.controller(
                    stack, port, agentPort, password, Map.of("espalier.mqtt.public-url", agentsMqtt.url())));
            return new Installation(folder, processes, stack, supervisor, agentsMqtt, port, agentPort, password);
        } catch (ChildFailedException e) {
            supervisor.close();
            throw new IllegalStateException("the controller did not start: " + e.getMessage(), e);
        } catch (Exception e) {
            supervisor.close();
            throw e;
        }
    }

    private Caller loggedIn(String username, String password) throws IOException, InterruptedException {
        String cookie = nobody.post("/api/v1/login", Map.of("username", username, "password", password))
                .require(200)
                .header("Set-Cookie");
        return nobody.with("Cookie", cookie.substring(0, cookie.indexOf(';')));
    }

    /** Accounts are made in the database only; this one has the administrator's password. */
    private void addViewer() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        stack.getProperty("jdbc.url"),
                        stack.getProperty("jdbc.username"),
                        stack.getProperty("jdbc.password"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into account (username, password_hash, role, created_at)"
                    + " select 'viewer', password_hash, 'viewer', now() from account where username = 'admin'");
        }
    }

    /** Whoever comes by. */
    public Caller nobody() {
        return nobody;
    }

    /** With a session that may do everything. */
    public Caller operator() {
        return operator;
    }

    /** With a session that only reads. */
    public Caller viewer() {
        return viewer;
    }

    /** As an agent calls: over HTTPS, without a certificate. */
    public Caller agent() throws GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {authority.clientTrust()}, null);
        return new Caller(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(tls)
                        .build(),
                agentUrl(),
                Map.of());
    }

    /** Where agents find the controller. */
    public URI agentUrl() {
        return URI.create("https://127.0.0.1:" + agentPort);
    }

    /** The network between agents and the broker. Devices that the bench plays do not use it. */
    public FaultProxy agentsMqtt() {
        return agentsMqtt;
    }

    public String mqttUrl() {
        return stack.getProperty("mqtt.url");
    }

    public String kafkaServers() {
        return stack.getProperty("kafka.bootstrap.servers");
    }

    /** Who vouches for everybody here. */
    public AuthorityFolder authority() {
        return authority;
    }

    /** The same, as it was or will be when the clock shows that. */
    public AuthorityFolder authority(Clock clock) {
        return AuthorityFolder.open(
                processes.pki(), Passphrase.read(processes.pkiPassphrase()), clock, new SecureRandom());
    }

    /** Bytes of all artifacts that the controller has published. */
    public long artifactBytes() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder.resolve("controller").resolve("artifacts"))) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(each);
            }
        }
        return bytes;
    }

    /** What a counter of the controller's stands at. */
    public double counter(String name, String result) throws Exception {
        Matcher line = Pattern.compile(
                        "^" + Pattern.quote(name) + "\\{.*result=\"" + Pattern.quote(result) + "\".*} (\\S+)$",
                        Pattern.MULTILINE)
                .matcher(nobody.get("/q/metrics").require(200).body());
        if (!line.find()) {
            throw new IllegalStateException("/q/metrics has no " + name + " of " + result);
        }
        return Double.parseDouble(line.group(1));
    }

    /** Waits until the controller has said this in its log. */
    public void awaitTold(String words) throws Exception {
        Until.holds(
                "the controller says \"" + words + "\"; its log is " + log(),
                () -> Files.readString(log(), StandardCharsets.UTF_8).contains(words));
    }

    /** The controller answers, has never ended, and has said nothing at excessive length. */
    public void requireWell() throws Exception {
        nobody.get("/q/health/ready").require(200);
        operator.get("/api/v1/devices").require(200);
        if (supervisor.restarts(CONTROLLER) > 0 || supervisor.failure().isPresent()) {
            throw new IllegalStateException("the controller ended; its log is " + log());
        }
        List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
        for (String line : lines) {
            if (line.length() > LONGEST_LINE) {
                throw new IllegalStateException(
                        "a line of " + line.length() + " characters in " + log() + ": " + line.substring(0, 200));
            }
        }
    }

    public Path log() {
        return processes.log(CONTROLLER);
    }

    @Override
    public void close() throws IOException {
        supervisor.close();
        agentsMqtt.close();
    }
}
