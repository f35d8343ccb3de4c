package io.espalier.demo.story;

import io.espalier.demo.api.ControllerApi;
import io.espalier.demo.supervision.Ports;
import io.espalier.demo.supervision.Supervisor;
import io.espalier.host.FileTrouble;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Units;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Tells the whole loop: starts the processes, gives the controller a model and data, lets the devices measure
 * themselves, asks each for a budget its unpruned model misses, and follows until each serves what fits it.
 */
public final class Story {
    /** Names of all that a demo writes into its folder, except the lock. */
    public static final List<String> WRITTEN = List.of(
            "agents",
            "controller",
            "logs",
            "pki",
            "stack",
            "admin-password",
            "bundled-cnn.onnx",
            "data.zip",
            "drawn-figures.zip",
            "host.lock",
            "host.lock.turn",
            "replay.pb",
            "story.json");

    private final StoryInput input;
    private final Path folder;
    private final int port;
    private final int agentPort = Ports.anyFree();
    private final Screen screen;
    private final Supervisor supervisor;
    private final Waiting waiting;
    private final Processes processes;
    private final long startNanos;

    public Story(
            StoryInput input,
            Path project,
            Path folder,
            int port,
            Screen screen,
            Supervisor supervisor,
            long startNanos) {
        this.input = input;
        this.folder = folder;
        this.port = port;
        this.screen = screen;
        this.supervisor = supervisor;
        this.waiting = new Waiting(screen, supervisor);
        this.processes = new Processes(project, folder);
        this.startNanos = startNanos;
    }

    /** Tells the story to its end and leaves everything running. Returns the claims, checked. */
    public List<Claim> tell() throws Exception {
        StoryState state = StoryState.of(folder, input);
        boolean continued = state.modelId() != null;
        introduce(continued);
        CompletableFuture<Path> data = CompletableFuture.supplyAsync(this::dataSet);
        Properties stack = startStack();
        ControllerApi api = startController(stack);
        StoryBook book = new StoryBook(StoryState.in(folder), state);
        ModelUpload upload = new ModelUpload(api, input, new InputFiles(folder), screen, waiting);
        upload.ensure(book, await(data));
        writeReplay(api, book);
        startAgents(api);
        Fleet fleet = new Fleet(api, book, screen, waiting);
        fleet.awaitOnline();
        api.assignModel(DemoDevice.GROUP, book.modelId());
        List<DeviceResult> devices = fleet.follow();
        StoryResult result = new StoryResult(
                upload.denseAccuracy(book), upload.awaitBaseline(book), devices, Waiting.since(startNanos), continued);
        book.update(StoryState::toldToTheEnd);
        tellEnd(result);
        return Claims.check(result, input.bundled());
    }

    private void introduce(boolean continued) {
        screen.strong("Espalier: one trained network, four unequal devices, a model pruned to fit each");
        screen.say("");
        for (DemoDevice device : DemoDevice.FLEET) {
            screen.say("    %-11s  %-16s asked for %s"
                    .formatted(
                            device.id(),
                            device.slowdown() == 1 ? "true speed" : "%d times slower".formatted(device.slowdown()),
                            device.demand()));
        }
        screen.say("");
        screen.say("    Every hop is real: MQTT carries the models, Kafka the measurements, PostgreSQL keeps them.");
        screen.say("    Folder %s%s".formatted(folder, continued ? ", continuing where it stopped" : ""));
        screen.say("");
    }

    private Path dataSet() {
        try {
            return new InputFiles(folder).dataSet(input);
        } catch (IOException e) {
            throw new StoryFailedException(
                    "The data set cannot be kept in " + folder + " (" + FileTrouble.inWords(e) + ")");
        }
    }

    private static Path await(CompletableFuture<Path> data) throws Exception {
        try {
            return data.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Properties startStack() throws Exception {
        Duration took = waiting.during(
                "stack", "starting Kafka, MQTT and PostgreSQL", () -> supervisor.start(processes.stack()));
        Properties stack = processes.stackProperties();
        screen.done(
                "Kafka %s, MQTT %s, PostgreSQL"
                        .formatted(
                                stack.getProperty("kafka.bootstrap.servers"),
                                stack.getProperty("mqtt.url", "").replaceFirst("^[a-z]+://", "")),
                Units.seconds(took));
        return stack;
    }

    private ControllerApi startController(Properties stack) throws Exception {
        String password = AdminPassword.of(folder);
        Duration took = waiting.during(
                "controller",
                "starting",
                () -> supervisor.start(processes.controller(stack, port, agentPort, password)));
        screen.done(
                "controller and console at %s, user admin, password %s".formatted(console(), password),
                Units.seconds(took));
        return new ControllerApi(console(), password);
    }

    private void startAgents(ControllerApi api) throws Exception {
        List<String> known = api.devices(DemoDevice.GROUP).stream()
                .map(device -> device.id())
                .toList();
        for (DemoDevice device : DemoDevice.FLEET) {
            boolean isKnown = known.contains(device.id());
            String bundle = null;
            if (isKnown && !processes.isCertified(device)) {
                processes.forgetEnrolment(device);
                bundle = api.replacementBundle(device.id());
            } else if (!isKnown) {
                bundle = api.claimBundle(device.id(), DemoDevice.GROUP);
            }
            processes.writeAgentConfig(device, URI.create("https://127.0.0.1:" + agentPort), bundle);
            supervisor.start(processes.agent(device));
        }
        screen.done(
                "%d agents started: %s"
                        .formatted(
                                DemoDevice.FLEET.size(),
                                DemoDevice.FLEET.stream().map(DemoDevice::id).collect(Collectors.joining(", "))),
                "");
    }

    private void writeReplay(ControllerApi api, StoryBook book) throws Exception {
        if (!Files.exists(processes.replay())) {
            Path part = folder.resolve("replay.pb.part");
            Files.write(part, api.replay(book.modelId()));
            Files.move(part, processes.replay());
        }
    }

    private void tellEnd(StoryResult result) {
        screen.say("");
        ResultTable.of(result).render(screen.width(), screen.glyphs()).forEach(screen::say);
        screen.say("");
        screen.say(
                result.continued()
                        ? "    This run took %d s. It went on where an earlier one had stopped, so no claim is made for its time."
                                .formatted(result.seconds())
                        : "    The whole story took %d s.".formatted(result.seconds()));
        screen.say("    Latencies are p95 of single inferences, from telemetry of each device's variant.");
    }

    /** Says where the devices can be watched, for as long as all of it runs. */
    public void tellConsole() throws IOException {
        screen.strong("    Console  %s   user admin   password %s".formatted(console(), AdminPassword.of(folder)));
        screen.say("    The devices go on serving. Press Ctrl-C to stop everything.");
    }

    private URI console() {
        return URI.create("http://127.0.0.1:" + port);
    }
}
