package io.espalier.stack;

import io.espalier.pki.AuthorityFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine's Mosquitto, for tests: with a configuration as an operator has it, but for paths, ports and tenant. */
public final class Mosquitto implements AutoCloseable {
    private static final String INSTALLED = "/etc/mosquitto/espalier";
    private static final int TIMEOUT_SECONDS = 20;

    private final Process process;
    private final Path folder;
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final int devicesPort;
    private final int servicesPort;

    private Mosquitto(Process process, Path folder, int devicesPort, int servicesPort) {
        this.process = process;
        this.folder = folder;
        this.devicesPort = devicesPort;
        this.servicesPort = servicesPort;
        Thread reader = new Thread(this::readLog, "mosquitto log");
        reader.setDaemon(true);
        reader.start();
    }

    private void readLog() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                log.add(line);
            }
        } catch (IOException e) {
            log.add("the log ended: " + e);
        }
    }

    /** The program; empty where the machine has none. */
    public static Optional<Path> program() {
        return Stream.of("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs it in a folder.
     *
     * @param configuration the folder with {@code mosquitto.conf}, {@code devices.acl} and {@code services.acl}
     */
    public static Mosquitto start(
            Path program, Path configuration, Path folder, AuthorityFolder authority, String tenant)
            throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(2);
        Path installed = Files.createDirectories(folder.resolve("espalier"));
        authority.server("mqtt", List.of());
        for (Path file :
                List.of(authority.certificateFile(), authority.revocationFile(), authority.identityFile("mqtt"))) {
            Files.copy(file, installed.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        for (String rules : List.of("devices.acl", "services.acl")) {
            Files.writeString(
                    installed.resolve(rules),
                    Files.readString(configuration.resolve(rules))
                            .replace("espalier/v1/default/", "espalier/v1/" + tenant + "/"));
        }
        Path file = folder.resolve("mosquitto.conf");
        String text = Files.readString(configuration.resolve("mosquitto.conf"))
                .replace(INSTALLED, installed.toString())
                .replace("/var/lib/mosquitto/", folder + "/")
                .replace("listener 8883", "listener " + ports.get(0) + " " + Ports.LOOPBACK)
                .replace("listener 8884", "listener " + ports.get(1) + " " + Ports.LOOPBACK);
        // As whoever runs the test, who owns the files.
        Files.writeString(file, text + "\nuser " + System.getProperty("user.name") + "\nlog_dest stderr\n");
        Mosquitto started = new Mosquitto(
                new ProcessBuilder(program.toString(), "-c", file.toString()).start(),
                folder,
                ports.get(0),
                ports.get(1));
        try {
            started.awaitLine(" running");
            return started;
        } catch (IOException | InterruptedException e) {
            started.close();
            throw e;
        }
    }

    /** Where devices connect. */
    public String devicesUrl() {
        return "ssl://" + Ports.LOOPBACK + ":" + devicesPort;
    }

    /** Where the controller connects. */
    public String servicesUrl() {
        return "ssl://" + Ports.LOOPBACK + ":" + servicesPort;
    }

    /** What an operator does after a revocation: puts the new list in place and sends SIGHUP. */
    public void takeRevocations(Path revocationFile) throws IOException, InterruptedException {
        Files.copy(revocationFile, folder.resolve("espalier/crl.pem"), StandardCopyOption.REPLACE_EXISTING);
        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
        awaitLine("Reloading config");
    }

    private void awaitLine(String wanted) throws IOException, InterruptedException {
        List<String> seen = new ArrayList<>();
        String line;
        while ((line = log.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS)) != null) {
            if (line.contains(wanted)) {
                return;
            }
            seen.add(line);
        }
        throw new IOException("Mosquitto did not say \"" + wanted + "\" but " + seen);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
