package io.espalier.demo.cloud;

import io.espalier.demo.supervision.ChildSpec;
import io.espalier.demo.supervision.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The commands that start the servers and the controller on this machine, all of them in one folder. The servers speak TLS, to
 * whom the controller's authority vouches for.
 */
public final class CloudProcesses {
    /** Seconds on a quiet machine; on a busy one the cloud, which yields, gets little of it. */
    private static final Duration LONGEST_START = Duration.ofMinutes(4);

    private static final Path NICE = Path.of("/usr/bin/nice");

    private final Path project;
    private final Path folder;
    private final JavaCommands java;

    /** @param project where everything is built */
    public CloudProcesses(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
        this.java = new JavaCommands(project);
    }

    /** Kafka, MQTT and PostgreSQL. */
    public ChildSpec stack() {
        return new ChildSpec(
                "stack",
                behindDevices(java.module(
                        "local-stack",
                        "io.espalier.stack.StackMain",
                        List.of("-Xmx512m"),
                        List.of(
                                "--data",
                                folder.resolve("stack").toString(),
                                "--pki",
                                pki().toString(),
                                "--pki-passphrase",
                                pkiPassphrase().toString(),
                                "--exit-with-parent"))),
                Map.of(),
                log("stack"),
                new Readiness.Line("READY"),
                LONGEST_START,
                Duration.ofSeconds(25));
    }

    /** Addresses of the stack that runs now. */
    public Properties stackProperties() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(folder.resolve("stack/stack.properties"))) {
            properties.load(in);
        }
        return properties;
    }

    /**
     * @param port of the console
     * @param agentPort where agents find it, over HTTPS
     * @param settings others than these, by their names
     */
    public ChildSpec controller(
            Properties stack, int port, int agentPort, String password, Map<String, String> settings) {
        List<String> options = new ArrayList<>(List.of(
                "-Xmx512m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.http.ssl-port=" + agentPort,
                "-Dquarkus.datasource.jdbc.url=" + stack.getProperty("jdbc.url"),
                "-Dkafka.bootstrap.servers=" + stack.getProperty("kafka.bootstrap.servers"),
                "-Dkafka.security.protocol=" + stack.getProperty("kafka.security.protocol", "PLAINTEXT"),
                "-Despalier.mqtt.url=" + stack.getProperty("mqtt.url"),
                "-Despalier.pki.dir=" + pki(),
                "-Despalier.pki.passphrase-file=" + pkiPassphrase(),
                "-Despalier.data.dir=" + folder.resolve("controller"),
                "-Despalier.worker.home=" + project.resolve("model-pruning/target"),
                "-Despalier.exit-with-parent=true"));
        settings.forEach((name, value) -> options.add("-D" + name + "=" + value));
        Map<String, String> secrets = Map.of(
                "QUARKUS_DATASOURCE_USERNAME", stack.getProperty("jdbc.username", ""),
                "QUARKUS_DATASOURCE_PASSWORD", stack.getProperty("jdbc.password", ""),
                "ESPALIER_ADMIN_PASSWORD", password);
        return new ChildSpec(
                "controller",
                behindDevices(
                        java.jar(options, project.resolve("cloud-controller/target/quarkus-app/quarkus-run.jar"))),
                secrets,
                log("controller"),
                new Readiness.Http(URI.create("http://127.0.0.1:" + port + "/q/health/ready")),
                LONGEST_START,
                Duration.ofSeconds(20));
    }

    /** The authority of the servers and the devices. */
    public Path pki() {
        return folder.resolve("pki");
    }

    public Path pkiPassphrase() {
        return folder.resolve("controller").resolve("keys").resolve("pki.passphrase");
    }

    /** Where the output of a process goes. */
    public Path log(String name) {
        return folder.resolve("logs").resolve(name + ".log");
    }

    /**
     * A true device does not share its cores with the cloud; where they must share, the cloud, its workers included,
     * yields.
     */
    private static List<String> behindDevices(List<String> command) {
        if (!Files.isExecutable(NICE)) {
            return command;
        }
        List<String> nicer = new ArrayList<>(List.of(NICE.toString(), "-n", "10"));
        nicer.addAll(command);
        return nicer;
    }
}
