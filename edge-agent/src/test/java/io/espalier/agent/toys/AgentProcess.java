package io.espalier.agent.toys;

import io.espalier.agent.AgentMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The agent in a JVM of its own, so that it can be killed. */
public final class AgentProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path log;

    private AgentProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    public static AgentProcess start(Path folder, Map<String, String> settings) throws IOException {
        return start(folder, settings, List.of());
    }

    public static AgentProcess start(Path folder, Map<String, String> settings, List<String> javaOptions)
            throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        Path config = folder.resolve("agent.properties");
        try (var out = Files.newBufferedWriter(config)) {
            properties.store(out, null);
        }
        return run(folder, javaOptions, List.of("--config", config.toString()));
    }

    public static AgentProcess start(Path folder, List<String> arguments) throws IOException {
        return run(folder, List.of(), arguments);
    }

    private static AgentProcess run(Path folder, List<String> javaOptions, List<String> arguments) throws IOException {
        Path log = folder.resolve("agent.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AgentMain.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new AgentProcess(process, log);
    }

    /** As by SIGKILL. */
    public void kill() throws InterruptedException, TimeoutException {
        process.destroyForcibly();
        exitCode();
    }

    /** As by SIGTERM. */
    public int stop() throws InterruptedException, TimeoutException {
        process.destroy();
        return exitCode();
    }

    public void closeStandardInput() throws IOException {
        process.getOutputStream().close();
    }

    public int exitCode() throws InterruptedException, TimeoutException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("the agent still runs");
        }
        return process.exitValue();
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException, TimeoutException {
        if (process.isAlive()) {
            kill();
        }
    }
}
