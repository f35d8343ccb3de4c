package io.espalier.benchmarks.device;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** An agent as a device runs it: by its launcher, in a process of its own. */
final class DeviceAgent implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final long BETWEEN_LOOKS_NANOS = 1_000_000;

    private final Process process;
    private final Path portFile;
    private final long startNanos;

    private DeviceAgent(Process process, Path portFile, long startNanos) {
        this.process = process;
        this.portFile = portFile;
        this.startNanos = startNanos;
    }

    /** Makes what the launcher would otherwise make at its first start. */
    static void prepare(Path folder, Map<String, String> settings) throws IOException, InterruptedException {
        Path config = configure(folder, settings);
        run(folder, List.of("--prepare", "--config", config.toString())).waitFor();
    }

    static DeviceAgent start(Path folder, Map<String, String> settings) throws IOException {
        Path config = configure(folder, settings);
        Path port = state(folder).resolve("serve.port");
        Files.deleteIfExists(port);
        long now = System.nanoTime();
        return new DeviceAgent(run(folder, List.of("--config", config.toString())), port, now);
    }

    private static Path state(Path folder) {
        return folder.resolve("state");
    }

    private static Path configure(Path folder, Map<String, String> settings) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.setProperty("state.dir", state(folder).toString());
        properties.setProperty("serve.port", "0");
        properties.setProperty("exit.with.parent", "true");
        Path config = folder.resolve("agent.properties");
        try (Writer out = Files.newBufferedWriter(config)) {
            properties.store(out, null);
        }
        return config;
    }

    private static Process run(Path folder, List<String> arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "sh", Project.file("edge-agent/target/bin/espalier-agent").toString());
        builder.command().addAll(arguments);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("CACHE_DIRECTORY", folder.resolve("cache").toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("agent.log").toFile()))
                .start();
    }

    /** Waits until it answers inferences. */
    InferenceClient awaitModel(byte[] body, int jsonBytes) throws IOException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            if (Files.exists(portFile)) {
                InferenceClient client =
                        new InferenceClient(Integer.parseInt(Files.readString(portFile)), body, jsonBytes);
                if (client.isAnswered()) {
                    return client;
                }
                client.close();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        throw new TimeoutException("the agent does not serve; see agent.log beside " + portFile.getParent());
    }

    /** Since the process was asked for. */
    long nanosSinceStart() {
        return System.nanoTime() - startNanos;
    }

    /** What its children take from now on. */
    ChildMemory children() {
        return new ChildMemory(process.toHandle());
    }

    ProcessMemory memory() throws IOException {
        return ProcessMemory.of(process.pid());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
