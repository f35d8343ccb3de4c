package io.espalier.faults.device;

import io.espalier.stack.Endpoints;
import io.espalier.stack.StackMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Servers of a case's own, in a JVM that can be killed and started again on what it left. It ends with this one. */
public final class ServersJvm implements AutoCloseable {
    private static final int END_SECONDS = 30;

    private final Path folder;
    private @Nullable Process process;

    public ServersJvm(Path folder) {
        this.folder = folder;
    }

    /** Starts them, and waits until all of them answer. */
    public Endpoints start() throws IOException {
        Process starting = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StackMain.class.getName(),
                        "--data",
                        folder.toString(),
                        "--exit-with-parent"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process = starting;
        BufferedReader out = starting.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("READY ")) {
                return endpoints();
            }
        }
        throw new IllegalStateException("The servers in " + folder + " ended before they were ready");
    }

    private Endpoints endpoints() throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(folder.resolve("stack.properties"))) {
            properties.load(in);
        }
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        values.remove("pid");
        return new Endpoints(values);
    }

    /** As by SIGKILL. */
    public void kill() throws InterruptedException {
        end(true);
    }

    private void end(boolean atOnce) throws InterruptedException {
        Process running = process;
        process = null;
        if (running != null) {
            if (atOnce) {
                running.toHandle().destroyForcibly();
            } else {
                running.toHandle().destroy();
            }
            if (!running.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        end(false); // PostgreSQL ends with it.
    }
}
