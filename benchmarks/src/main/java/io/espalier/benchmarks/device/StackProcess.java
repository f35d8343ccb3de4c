package io.espalier.benchmarks.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The servers of local-stack, in a process that ends with this one. */
final class StackProcess implements AutoCloseable {
    private static final String READY = "READY ";
    private static final String HEAP = "512m";
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final JsonNode endpoints;

    private StackProcess(Process process, JsonNode endpoints) {
        this.process = process;
        this.endpoints = endpoints;
    }

    static StackProcess start(Path data, List<String> options) throws IOException {
        return start(data, HEAP, options);
    }

    /** {@code heap} as in {@code -Xmx}. */
    static StackProcess start(Path data, String heap, List<String> options) throws IOException {
        Path jar = Project.file("local-stack/target/local-stack.jar");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-cp",
                jar + ":" + jar.resolveSibling("lib") + "/*",
                "io.espalier.stack.StackMain",
                "--data",
                data.toString(),
                "--exit-with-parent"));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(READY)) {
                return new StackProcess(process, new ObjectMapper().readTree(line.substring(READY.length())));
            }
        }
        process.destroy();
        throw new IOException("The stack in " + data + " did not start");
    }

    String mqttUrl() {
        return endpoints.path("mqtt.url").asText();
    }

    String kafkaServers() {
        return endpoints.path("kafka.bootstrap.servers").asText();
    }

    ProcessMemory memory() throws IOException {
        return ProcessMemory.of(process.pid());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
