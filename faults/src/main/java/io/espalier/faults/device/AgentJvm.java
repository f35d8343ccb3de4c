package io.espalier.faults.device;

import io.espalier.faults.disk.FaultPlan;
import io.espalier.faults.disk.FaultyFileSystemProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** One run of the real agent, on a sound disk or on one that fails as planned. It ends with this JVM. */
public final class AgentJvm implements AutoCloseable {
    private static final String ENDS_WITH_PARENT = "-Despalier.exit-with-parent=true";
    /** What is here comes before the tools of the system, for the launcher. */
    static final String TOOLS = "tools";

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final Set<String> operations = new LinkedHashSet<>();
    private final CompletableFuture<String> fault = new CompletableFuture<>();

    /**
     * Starts the command again whenever it ends, as systemd does, as long as there is who started this; told to stop, it lets it
     * stop and ends with its code.
     */
    private static final String SUPERVISOR = """
            exec 3<&0
            trap 'stopping=1; kill -TERM "$agent"' TERM
            while [ -z "${stopping:-}" ] && kill -0 "$PPID"; do
                "$@" <&3 3<&- &
                agent=$!
                wait "$agent"
                code=$?
                # As the package's unit: these wait for a person.
                case $code in 2 | 3) exit "$code" ;; esac
            done
            # The signal ended the wait, not the agent.
            [ "$code" -le 128 ] || { wait "$agent"; code=$?; }
            exit "$code"
            """;

    private AgentJvm(Process process) {
        this.process = process;
    }

    /** What is written to standard error is appended to {@code agent.log} in the folder. */
    public static AgentJvm start(BuiltAgent built, Path folder, Map<String, String> settings, Optional<FaultPlan> plan)
            throws IOException {
        Path config = write(folder, settings);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        Path state = Path.of(settings.getOrDefault("state.dir", ""));
        command.addAll(plan.isPresent() ? faulty(folder, state, plan.get()) : List.of(ENDS_WITH_PARENT));
        command.addAll(List.of("-cp", built.classPath(), "io.espalier.agent.AgentMain", "--config", config.toString()));
        ProcessBuilder builder = builder(folder, command);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        return listened(builder);
    }

    /** Under its launcher, which may choose between programs, and under something that starts the launcher again. */
    static AgentJvm startSupervised(
            BuiltAgent built, Path folder, Map<String, String> settings, Optional<FaultPlan> plan) throws IOException {
        Path config = write(folder, settings);
        ProcessBuilder builder = builder(
                folder,
                List.of(
                        "sh",
                        "-c",
                        SUPERVISOR,
                        "supervisor",
                        "sh",
                        built.launcher().toString(),
                        "--config",
                        config.toString()));
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        Path state = Files.createDirectories(Path.of(settings.getOrDefault("state.dir", "")));
        if (plan.isPresent()) {
            // No program brings the disk along, and words of JAVA_OPTS cannot have spaces in them.
            environment.put("JAVA_OPTS", "-Xbootclasspath/a:" + BuiltAgent.disk());
            environment.put(
                    "JDK_JAVA_OPTIONS",
                    faulty(folder, state, plan.get()).stream()
                            .map(option -> '"' + option + '"')
                            .collect(Collectors.joining(" ")));
        } else {
            environment.put("JAVA_OPTS", ENDS_WITH_PARENT);
        }
        environment.put("STATE_DIRECTORY", state.toString());
        environment.merge("PATH", folder.resolve(TOOLS).toString(), (usual, first) -> first + ":" + usual);
        environment.put("CACHE_DIRECTORY", config.toString()); // In the way, so that no time goes into class archives.
        return listened(builder);
    }

    private static List<String> faulty(Path folder, Path state, FaultPlan plan) throws IOException {
        Path happened = folder.resolve("fault-happened");
        Files.deleteIfExists(happened);
        return FaultyFileSystemProvider.options(state, plan, happened);
    }

    private static Path write(Path folder, Map<String, String> settings) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        Path config = folder.resolve("agent.properties");
        try (var out = Files.newBufferedWriter(config)) {
            properties.store(out, null);
        }
        return config;
    }

    private static ProcessBuilder builder(Path folder, List<String> command) {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("agent.log").toFile()));
    }

    private static AgentJvm listened(ProcessBuilder builder) throws IOException {
        AgentJvm jvm = new AgentJvm(builder.start());
        Thread listener = new Thread(jvm::listen, "agent-" + jvm.process.pid());
        listener.setDaemon(true);
        listener.start();
        return jvm;
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("OP ")) {
                    synchronized (operations) {
                        operations.add(line.substring(3));
                    }
                } else if (line.startsWith("FAULT ")) {
                    fault.complete(line.substring(6));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            fault.completeExceptionally(new IllegalStateException("the agent ended before the fault happened"));
        }
    }

    /** Names of all operations on its disk so far, in order of their first. */
    public List<String> operations() {
        synchronized (operations) {
            return List.copyOf(operations);
        }
    }

    /** Waits for the planned fault. */
    public void awaitFault(Duration limit) throws InterruptedException {
        try {
            fault.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the fault did not happen within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(Objects.requireNonNull(e.getCause()).getMessage(), e);
        }
    }

    /** Ends a fault that lasts. */
    public void release() {
        try {
            OutputStream input = process.getOutputStream();
            input.write('\n');
            input.flush();
        } catch (IOException e) {
            // It has ended, and the fault with it.
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the agent still runs after " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /** As by SIGTERM. */
    public int stop() throws InterruptedException {
        process.toHandle().destroy(); // Closes no streams: their end would end the agent.
        return awaitExit(STOP_LIMIT);
    }

    /** As by SIGKILL. */
    public void kill() throws InterruptedException {
        killAll();
        awaitExit(STOP_LIMIT);
    }

    /** First what would start the others again. */
    private void killAll() {
        List<ProcessHandle> started = process.descendants().toList();
        process.toHandle().destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        killAll();
        try {
            awaitExit(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
