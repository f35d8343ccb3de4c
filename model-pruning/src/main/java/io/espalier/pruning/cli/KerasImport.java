package io.espalier.pruning.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.pruning.training.WorkerJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Brings a Keras model over in a JVM of its own, with bounded memory and time: whatever a broken or hostile file does to the program
 * that reads it, it does not do it here.
 */
final class KerasImport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final long BASE_HEAP_MEGABYTES = 256;
    /** Weights as read, as sorted, as protobuf and as bytes, with copies between. */
    private static final long HEAP_PER_BYTE = 12;
    /** What the JVM ends with when it is out of memory and told not to go on. */
    private static final int OUT_OF_MEMORY = 3;

    private static final int SHOWN_CHARACTERS = 1500;

    private final List<String> javaAndOptions;
    private final Duration longest;

    KerasImport() {
        this(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()), LONGEST);
    }

    KerasImport(List<String> javaAndOptions, Duration longest) {
        this.javaAndOptions = javaAndOptions;
        this.longest = longest;
    }

    /** Writes the model as ONNX and says in words what came over; {@link InvalidInputException} where it cannot. */
    String run(Path keras, Path onnx) {
        long megabytes = BASE_HEAP_MEGABYTES + HEAP_PER_BYTE * (size(keras) >> 20);
        List<String> command = new ArrayList<>(javaAndOptions);
        command.addAll(List.of(
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-Despalier.exit-with-parent=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                PruningMain.class.getName(),
                KerasCommand.NAME,
                keras.toString(),
                onnx.toString()));
        try {
            Path said = Files.createTempFile("espalier-import", ".txt");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
                builder.environment().putAll(WorkerJvm.environment(1));
                Process process = builder.start();
                return answer(keras, process, said, megabytes);
            } finally {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The process that reads Keras models cannot be started", e);
        }
    }

    private String answer(Path keras, Process process, Path said, long megabytes) throws IOException {
        try {
            if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                throw refused(keras + " was given up after " + longest.toSeconds()
                        + " s: the model is too large, or damaged" + " so that its reader does not come to an end.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused("The import was interrupted.");
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said, StandardCharsets.UTF_8);
        return switch (process.exitValue()) {
            case PruningMain.DONE -> inWords(last(text));
            case PruningMain.INVALID -> throw refused(last(text).path("problem").asText(tail(text)));
            case OUT_OF_MEMORY ->
                throw refused("Reading " + keras + " took more than " + megabytes
                        + " MB of memory: it is damaged, or declares more than it holds.");
            default ->
                throw refused("The process that read " + keras + " died with exit code " + process.exitValue()
                        + ": the file is probably damaged. It said: " + tail(text));
        };
    }

    private static String inWords(JsonNode answer) {
        List<String> dims = new ArrayList<>();
        answer.path("inputDims").forEach(dim -> dims.add(dim.asText()));
        return "%d layers, %s in, every layer as Keras defines it to %.0e"
                .formatted(
                        answer.path("layers").asInt(),
                        String.join("x", dims),
                        answer.path("difference").asDouble());
    }

    /** The last line that is an object; the library may have said something before. */
    private static JsonNode last(String text) {
        List<String> lines = text.lines().filter(line -> line.startsWith("{")).toList();
        try {
            return JSON.readTree(lines.isEmpty() ? "{}" : lines.get(lines.size() - 1));
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    private static String tail(String text) {
        String stripped = text.strip();
        return stripped.length() <= SHOWN_CHARACTERS
                ? stripped
                : stripped.substring(stripped.length() - SHOWN_CHARACTERS);
    }

    private static long size(Path keras) {
        try {
            return Files.size(keras);
        } catch (IOException e) {
            throw refused(keras + " cannot be read: is it there and readable?");
        }
    }

    private static InvalidInputException refused(String why) {
        return new InvalidInputException("The Keras model cannot be used", why);
    }
}
