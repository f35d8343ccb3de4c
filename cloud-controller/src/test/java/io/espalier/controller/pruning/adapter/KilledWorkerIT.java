package io.espalier.controller.pruning.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.pruning.JobFolders;
import io.espalier.controller.pruning.WorkerExit;
import io.espalier.controller.pruning.WorkerProcess;
import io.espalier.proto.Sha256;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real worker, killed at several points of a job of two rounds and started again as the controller does. */
class KilledWorkerIT {
    private static final Path HOME = Path.of("../model-pruning/target");
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIDE = 28;
    private static final String FIRST = "round 1 of 2";
    private static final String SECOND = "round 2 of 2";

    @TempDir
    Path data;

    private final Queue<String> progress = new ConcurrentLinkedQueue<>();

    private WorkerSettings settings;

    @BeforeEach
    void requireAWorker() {
        assumeTrue(
                Files.exists(HOME.resolve("model-pruning.jar")),
                HOME + " is not built; mvn verify of the whole project builds it first");
        settings = new WorkerSettings(
                data, Optional.of(HOME), Optional.of(1), List.of("-Xmx1g", "-XX:+UseSerialGC"), LONG, Optional.empty());
    }

    @Test
    void goesOnBehindItsLastWholeRound() throws Exception {
        writeImages("train", 240);
        writeImages("t10k", 2000); // Evaluating them takes longer than it takes to kill, on a busy machine too.
        Path trained = settings.folder("train");
        JobFolders.prepare(trained, job("train", 1, Map.of("architecture", "source-cnn")));
        assertThat(work(trained, line -> {}).exitCode()).isZero();
        Path model = trained.resolve("model.onnx");
        byte[] job = job(
                "prune",
                2,
                Map.of(
                        "task", "regression",
                        "model", model.toString(),
                        "target", Map.of("sizeBytes", Files.size(model) / 2)));
        Path folder = settings.folder("prune");

        Path quiet = settings.folder("undisturbed");
        JobFolders.prepare(quiet, job);
        WorkerExit undisturbed = work(quiet, line -> {});
        assertThat(undisturbed.exitCode()).as(undisturbed.errorTail()).isZero();

        for (Kill kill : Kill.values()) {
            JobFolders.prepare(folder, job);
            boolean keptARound = Files.exists(folder.resolve("checkpoint.json"));
            WorkerExit killed = work(folder, line -> {
                if (kill.isAt(line, hasBegun(SECOND))) {
                    killWorkerOf(folder);
                }
            });
            assertThat(killed.killedFromOutside()).as(kill + ": " + killed).isTrue();
            assertThat(hasBegun(FIRST)).as(kill + " began with the first round").isEqualTo(!keptARound);
            if (hasBegun(SECOND)) {
                assertThat(folder.resolve("checkpoint.json")).as(kill.name()).exists();
            }
        }
        assertThat(hasBegun(SECOND)).isTrue();

        JobFolders.prepare(folder, job);
        WorkerExit finished = work(folder, line -> {});

        assertThat(finished.exitCode()).as(finished.errorTail()).isZero();
        assertThat(hasBegun(FIRST)).isFalse();
        assertThat(hasBegun(SECOND)).isTrue();
        for (String made : List.of("variant.onnx", "golden.pb", "round-1-variant.onnx", "round-1-golden.pb")) {
            assertThat(folder.resolve(made)).as(made).hasSameBinaryContentAs(quiet.resolve(made));
        }
        JsonNode result = JSON.readTree(folder.resolve("result.json").toFile());
        assertThat(result.path("pruningRounds")).hasSize(2);
        JsonNode earlier = result.path("alsoMade").path(0);
        assertThat(earlier.at("/variant/file").asText()).isEqualTo("round-1-variant.onnx");
        assertThat(digest(folder.resolve("round-1-variant.onnx")))
                .isEqualTo(earlier.at("/variant/digest").asText());
        for (JsonNode file : earlier.path("files")) {
            assertThat(folder.resolve(file.asText())).exists();
        }
        assertThat(folder.resolve("checkpoint.json")).doesNotExist();
    }

    /** Where a worker is killed, in the order in which one job meets with it. */
    private enum Kill {
        AS_THE_FIRST_ROUND_TRAINS("round 1 of 2: training what is left", false),
        AS_THE_FIRST_VARIANT_IS_EVALUATED("reading the test samples", false),
        RIGHT_BEHIND_THE_FIRST_ROUND("round 2 of 2", true),
        AS_THE_LAST_VARIANT_IS_EVALUATED("reading the test samples", true);

        private final String message;
        private final boolean inTheSecondRound;

        Kill(String message, boolean inTheSecondRound) {
            this.message = message;
            this.inTheSecondRound = inTheSecondRound;
        }

        boolean isAt(String line, boolean secondRoundHasBegun) {
            return line.contains(message) && (secondRoundHasBegun || !inTheSecondRound);
        }
    }

    private boolean hasBegun(String round) {
        return progress.stream().anyMatch(line -> line.contains(round));
    }

    private static String digest(Path file) throws IOException {
        return Sha256.of(Files.readAllBytes(file)).hex();
    }

    private WorkerExit work(Path folder, Consumer<String> seen) throws InterruptedException {
        progress.clear();
        try (WorkerProcess worker =
                WorkerProcess.start(settings.command(folder), settings.environment(), folder, line -> {
                    progress.add(line);
                    seen.accept(line);
                })) {
            return worker.await(LONG);
        }
    }

    private static void killWorkerOf(Path folder) {
        try {
            long pid = Long.parseLong(
                    Files.readString(folder.resolve("worker.pid")).split(" ")[0]);
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] job(String kind, int rounds, Map<String, Object> more) throws IOException {
        Map<String, Object> job = new LinkedHashMap<>(more);
        job.put("kind", kind);
        job.put("dataset", data.toString());
        job.put("contract", Map.of("scale", 1 / 255.0));
        job.put("recipe", Map.of("epochs", rounds, "rounds", rounds, "importance", "l1"));
        return JSON.writeValueAsBytes(job);
    }

    /** Ten classes of noise: what is learned is of no matter here. */
    private void writeImages(String part, int count) throws IOException {
        Random random = new Random(count);
        byte[] pixels = new byte[count * SIDE * SIDE];
        random.nextBytes(pixels);
        try (DataOutputStream images =
                        new DataOutputStream(Files.newOutputStream(data.resolve(part + "-images-idx3-ubyte")));
                DataOutputStream labels =
                        new DataOutputStream(Files.newOutputStream(data.resolve(part + "-labels-idx1-ubyte")))) {
            images.writeInt(0x803);
            images.writeInt(count);
            images.writeInt(SIDE);
            images.writeInt(SIDE);
            images.write(pixels);
            labels.writeInt(0x801);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                labels.writeByte(i % 10);
            }
        }
    }
}
