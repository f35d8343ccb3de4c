package io.espalier.controller.upgrade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The real agent under its launcher, started again whenever it ends, as systemd does. */
final class SupervisedAgent implements AutoCloseable {
    private static final long END_SECONDS = 60;

    private final Path folder;
    private final ProcessBuilder launcher;
    private final Thread keeper = new Thread(this::keepRunning, "supervisor");
    private volatile boolean stopping;
    private volatile Process process;

    SupervisedAgent(Path folder, String device, String controller, String token) throws IOException {
        this.folder = folder;
        Path settings = folder.resolve("agent.properties");
        Path state = Files.createDirectories(folder.resolve("state"));
        Files.writeString(settings, """
                device.id=%s
                controller.url=%s
                claim.token=%s
                serve.port=0
                state.dir=%s
                """.formatted(device, controller, token, state));
        launcher = new ProcessBuilder("sh", BuiltAgent.launcher().toString(), "--config", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
        launcher.environment().put("STATE_DIRECTORY", state.toString());
        // In the way, so that no time goes into class archives.
        launcher.environment().put("CACHE_DIRECTORY", settings.toString());
        process = launcher.start();
        keeper.start();
    }

    private void keepRunning() {
        try {
            while (!stopping) {
                process.waitFor();
                if (!stopping) {
                    process = launcher.start();
                }
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it has printed, for a test that failed. */
    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** The marker's line; empty where there is none. */
    String marker(String name) throws IOException {
        Path marker = folder.resolve("state/program").resolve(name);
        return Files.exists(marker) ? Files.readString(marker).strip() : "";
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        process.destroy();
        keeper.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
