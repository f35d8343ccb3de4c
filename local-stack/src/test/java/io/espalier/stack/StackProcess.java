package io.espalier.stack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A {@link StackMain} in a JVM of its own. */
record StackProcess(Process process, Path folder) implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;

    static StackProcess launch(Path folder, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StackMain.class.getName(),
                "--data",
                folder.toString(),
                "--exit-with-parent"));
        command.addAll(List.of(options));
        return new StackProcess(new ProcessBuilder(command).start(), folder);
    }

    /** Waits for the READY line; returns everything printed up to it. */
    List<String> awaitReady() throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
            if (line.startsWith("READY ")) {
                return lines;
            }
        }
        throw new AssertionError("The stack ended before it was ready: " + lines + error());
    }

    Endpoints endpoints() throws IOException {
        Map<String, String> values = new HashMap<>();
        properties().forEach((key, value) -> values.put((String) key, (String) value));
        values.remove("pid");
        return new Endpoints(values);
    }

    private Properties properties() throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(folder.resolve("stack.properties"))));
        return properties;
    }

    int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    int kill() throws InterruptedException {
        process.destroyForcibly();
        return awaitExit();
    }

    int endInput() throws IOException, InterruptedException {
        OutputStream input = process.getOutputStream();
        input.close();
        return awaitExit();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The stack still runs after " + TIMEOUT_SECONDS + " s");
        }
        return process.exitValue();
    }

    String error() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            awaitExit();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
