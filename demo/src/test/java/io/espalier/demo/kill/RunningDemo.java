package io.espalier.demo.kill;

import io.espalier.demo.BuiltProject;
import io.espalier.demo.api.ControllerApi;
import io.espalier.demo.story.Claim;
import io.espalier.demo.story.Story;
import io.espalier.demo.story.StoryInput;
import io.espalier.demo.supervision.Ports;
import io.espalier.demo.supervision.Supervisor;
import io.espalier.terminal.Screen;
import io.espalier.terminal.Terminal;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** The real story, told by a thread of its own in a folder of its own, and a way to look at what goes on in it. */
final class RunningDemo implements AutoCloseable {
    private static final Duration LONGEST_STORY = Duration.ofMinutes(9);

    private final Path folder;
    private final int port = Ports.anyFree();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Screen screen = Terminal.open(false, 0, Map.of());
    private final Supervisor supervisor = new Supervisor(this::tell);
    private final CompletableFuture<List<Claim>> claims = new CompletableFuture<>();
    private Optional<ControllerApi> api = Optional.empty();

    private RunningDemo(Path folder) {
        this.folder = folder;
    }

    static RunningDemo start(Path folder, StoryInput input) {
        RunningDemo demo = new RunningDemo(folder);
        Story story = new Story(
                input, BuiltProject.FOLDER, folder, demo.port, demo.screen, demo.supervisor, System.nanoTime());
        Thread teller = new Thread(() -> demo.tellTo(story), "story");
        teller.setDaemon(true);
        teller.start();
        return demo;
    }

    private void tellTo(Story story) {
        try {
            claims.complete(story.tell());
        } catch (Throwable e) {
            claims.completeExceptionally(e);
        }
    }

    private void tell(String line) {
        screen.note(line);
        told.add(line);
    }

    /** Waits for something while the story goes on; fails as soon as the story has. */
    <T> T await(String what, Eventually.Question<T> question) throws Exception {
        return Eventually.get(what, LONGEST_STORY, () -> {
            if (claims.isCompletedExceptionally()) {
                awaitEnd();
            }
            return question.ask();
        });
    }

    /** Everything the story claims, checked; throws what went wrong in it. */
    List<Claim> awaitEnd() throws Exception {
        try {
            return claims.get(LONGEST_STORY.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("The story did not come to its end: " + e.getCause(), e.getCause());
        }
    }

    /** Empty until the story has got so far. */
    Optional<ControllerApi> api() throws IOException {
        Path password = folder.resolve("admin-password");
        if (api.isEmpty() && supervisor.processIds().containsKey("controller") && Files.exists(password)) {
            api = Optional.of(new ControllerApi(
                    URI.create("http://127.0.0.1:" + port),
                    Files.readString(password).strip()));
        }
        return api;
    }

    /** How often the supervisor has said this. */
    long timesTold(String line) {
        return told.stream().filter(line::equals).count();
    }

    Optional<ProcessHandle> child(String name) {
        return Optional.ofNullable(supervisor.processIds().get(name)).flatMap(ProcessHandle::of);
    }

    Optional<ProcessHandle> postmaster() throws IOException {
        return processNotedIn(folder.resolve("stack/postgres/data/postmaster.pid"));
    }

    Optional<ProcessHandle> worker(String job) throws IOException {
        return processNotedIn(job(job).resolve("worker.pid"));
    }

    Path jobs() {
        return folder.resolve("controller/jobs");
    }

    Path job(String id) {
        return jobs().resolve(id);
    }

    Path agentState(String device) {
        return folder.resolve("agents").resolve(device).resolve("state");
    }

    /** Where the servers are. */
    /** What the controller shows to brokers. */
    TlsIdentity controllersIdentity() throws IOException {
        return TlsIdentity.of(Files.readString(folder.resolve("pki/controller.pem")));
    }

    Properties stack() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(folder.resolve("stack/stack.properties"))) {
            properties.load(in);
        }
        return properties;
    }

    void stopChild(String name) throws InterruptedException {
        supervisor.stop(name);
    }

    /** Every process of this demo that lives now. */
    Set<ProcessHandle> processes() {
        Set<ProcessHandle> all = new LinkedHashSet<>();
        for (long id : supervisor.processIds().values()) {
            ProcessHandle.of(id).ifPresent(child -> {
                all.add(child);
                child.descendants().forEach(all::add);
            });
        }
        all.addAll(naming(folder));
        return all;
    }

    /** Living processes that name the folder on their command line, as all but the guards and PostgreSQL's own do. */
    static List<ProcessHandle> naming(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(folder.toString()))
                        .isPresent())
                .toList();
    }

    @Override
    public void close() {
        supervisor.close();
        screen.close();
    }

    private static Optional<ProcessHandle> processNotedIn(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String note = Files.readString(file).strip();
        String pid = note.split("\\s", 2)[0];
        return pid.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
    }
}
