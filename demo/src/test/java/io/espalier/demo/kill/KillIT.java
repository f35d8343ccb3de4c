package io.espalier.demo.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.demo.BuiltProject;
import io.espalier.demo.drawing.DrawnDataSet;
import io.espalier.demo.story.Claim;
import io.espalier.demo.story.DemoDevice;
import io.espalier.demo.story.StoryInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The demo's promise: kill -9 any one process, and the story completes, no device is left without a working model, no
 * telemetry record that Kafka acknowledged is lost or counted twice.
 *
 * <p>By default one story loses a process of each kind, one after the other. {@code -Despalier.kill=each} tells one story
 * for each kind, {@code -Despalier.kill=worker,agent} one that loses these.
 */
class KillIT {
    private static final int EXIT_SECONDS = 30;

    /** The bundled story with one epoch less: on half of the images a network that was pruned hard sometimes lost two points. */
    private static final StoryInput QUICK =
            new StoryInput(Optional.empty(), Optional.empty(), 1.0 / 255, List.of(), List.of(), 2, Optional.empty());

    static Stream<List<Victim>> plans() {
        String asked = System.getProperty("espalier.kill", "all").toUpperCase(Locale.ROOT);
        return switch (asked) {
            case "ALL" -> Stream.of(List.of(Victim.values()));
            case "EACH" -> Arrays.stream(Victim.values()).map(List::of);
            default ->
                Stream.of(Arrays.stream(asked.split(",")).map(Victim::valueOf).toList());
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plans")
    void theStoryEndsWellWhateverIsKilled(List<Victim> victims) throws Exception {
        Optional<Path> missing = BuiltProject.missing();
        assumeTrue(missing.isEmpty(), () -> missing + " is not built; mvn verify of the whole project builds it first");
        Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "kill-");
        Set<ProcessHandle> processes;
        try (RunningDemo demo = RunningDemo.start(folder, QUICK)) {
            for (Victim victim : victims) {
                kill(victim, demo);
            }
            assertThat(demo.awaitEnd().stream().filter(claim -> !claim.holds() && !isAboutTheStorysLength(claim)))
                    .isEmpty();
            assertEveryDeviceServes(demo);
            assertEveryRecordCountsOnce(demo);
            assertThat(demo.jobs()).isEmptyDirectory();
            processes = demo.processes();
        }
        for (ProcessHandle process : processes) {
            process.onExit().get(EXIT_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(RunningDemo.naming(folder)).isEmpty();
        delete(folder); // Of a story that went wrong it is kept, for its logs.
    }

    private static void kill(Victim victim, RunningDemo demo) throws Exception {
        Victim.Blow blow = demo.await(victim.when(), () -> victim.moment(demo));
        System.out.println("KillIT: " + victim + " " + blow.process().pid() + ", as " + victim.when());
        blow.process().destroyForcibly();
        demo.await(
                victim + " is there again", () -> blow.recovered().complete() ? Optional.of(victim) : Optional.empty());
    }

    private static boolean isAboutTheStorysLength(Claim claim) {
        return claim.text().startsWith("the whole story took");
    }

    private static void assertEveryDeviceServes(RunningDemo demo) throws Exception {
        for (DemoDevice device : DemoDevice.FLEET) {
            String port = Files.readString(demo.agentState(device.id()).resolve("serve.port"));
            InferencePort inference = new InferencePort(Integer.parseInt(port.strip()));
            assertThat(inference.ready()).as(device.id() + " is ready").isTrue();
            assertThat(inference.scores())
                    .as(device.id() + " infers")
                    .isEqualTo(DrawnDataSet.classNames().size());
        }
    }

    private static void assertEveryRecordCountsOnce(RunningDemo demo) throws Exception {
        for (DemoDevice device : DemoDevice.FLEET) {
            demo.stopChild(device.id());
        }
        try (TelemetryBooks books = new TelemetryBooks(demo.stack(), demo.controllersIdentity())) {
            books.awaitRead();
            TelemetryBooks.Topics topics = books.topics();
            System.out.printf(
                    "KillIT: %d telemetry records in Kafka, %d of them repeated; %s inferences%n",
                    topics.records(), topics.records() - topics.telemetry().size(), topics.inferencesByDevice());
            assertThat(topics.gaps()).as("records that Kafka took and lost").isEmpty();
            assertThat(topics.inferencesByDevice().keySet())
                    .as("devices with telemetry")
                    .containsExactlyInAnyOrderElementsOf(
                            DemoDevice.FLEET.stream().map(DemoDevice::id).toList());
            assertThat(books.counted()).isEqualTo(topics.telemetry().keySet());
            assertThat(books.countedEvents()).isEqualTo(topics.events());
            assertThat(books.inferencesByDevice("telemetry_variant")).isEqualTo(topics.inferencesByDevice());
            assertThat(books.inferencesByDevice("telemetry_minute")).isEqualTo(topics.inferencesByDevice());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
