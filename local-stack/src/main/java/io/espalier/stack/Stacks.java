package io.espalier.stack;

import io.espalier.host.Folders;
import io.espalier.pki.AuthorityFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stacks for tests: real servers, started once per JVM and shared by every test that asks for them. They are containers
 * where a Docker engine answers and in-process servers elsewhere; the environment variable {@code ESPALIER_TEST_STACK}
 * ({@code containers} or {@code in-process}) decides otherwise.
 */
public final class Stacks {
    private static final String KIND = "ESPALIER_TEST_STACK";
    private static final Map<Service, Server> SHARED = new EnumMap<>(Service.class);

    private Stacks() {}

    /** Every server; see {@link #forTests(Set)}. */
    public static Stack forTests() {
        return forTests(Service.all());
    }

    /**
     * A running stack with these servers and no others. Servers live until the JVM ends and then leave nothing
     * behind; closing the returned stack does nothing. Tests keep apart by their own keys, topics and schemas.
     */
    public static Stack forTests(Set<Service> services) {
        synchronized (SHARED) {
            Set<Service> missing = EnumSet.noneOf(Service.class);
            missing.addAll(services);
            missing.removeAll(SHARED.keySet());
            if (!missing.isEmpty()) {
                SHARED.putAll(inContainers() ? startContainers(missing) : untilTheEnd(missing));
            }
            Map<Service, Server> wanted = new HashMap<>(SHARED);
            wanted.keySet().retainAll(services);
            return new SharedStack(new RunningStack(wanted).endpoints());
        }
    }

    /**
     * A stack of its own, in this JVM, whose Kafka and MQTT ask for certificates of that authority, with the rules of the
     * quickstart for who may do what. Closing it leaves nothing behind.
     */
    public static Stack withAuthority(AuthorityFolder authority, Set<Service> services) {
        return new OwnStack(startInProcess(services, Optional.of(authority)));
    }

    private static boolean inContainers() {
        String kind = System.getenv().getOrDefault(KIND, "auto");
        return switch (kind) {
            case "auto" -> DockerEngine.answers();
            case "containers" -> true;
            case "in-process" -> false;
            default ->
                throw new IllegalArgumentException(
                        KIND + " is \"" + kind + "\", but must be auto, containers or in-process");
        };
    }

    private static Map<Service, Server> startContainers(Set<Service> services) {
        Map<Service, Server> servers;
        try {
            servers = ContainerServers.start(services);
        } catch (StackException e) {
            throw new StackException(
                    e.kind(),
                    e.getMessage() + "\nA Docker engine answers, but its containers do not start: set " + KIND
                            + "=in-process to test without them",
                    e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Parallel.close(servers), "stop stack"));
        return servers;
    }

    private static Map<Service, Server> untilTheEnd(Set<Service> services) {
        InFolder started = startInProcess(services, Optional.empty());
        Runtime.getRuntime().addShutdownHook(new Thread(started::stop, "stop stack"));
        return started.servers();
    }

    private static InFolder startInProcess(Set<Service> services, Optional<AuthorityFolder> authority) {
        // In a Maven module, where "clean" removes what a killed test leaves.
        Path build = Path.of("target").toAbsolutePath();
        Path parent = Files.isDirectory(build) ? build : Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Path folder = Files.createTempDirectory(parent, "espalier-stack-");
            Map<Service, Integer> ports = new EnumMap<>(Service.class);
            Iterator<Integer> free = Ports.free(services.size()).iterator();
            services.forEach(service -> ports.put(service, free.next()));
            Map<Service, Server> servers = new InProcessServers(
                            folder,
                            PostgresBinaries.cacheOr(parent),
                            folder.resolve("postgres.log"),
                            authority,
                            System.err::println)
                    .start(ports);
            return new InFolder(servers, folder);
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for a test stack in " + parent, e);
        }
    }

    /** Servers whose folder goes with them. */
    private record InFolder(Map<Service, Server> servers, Path folder) {
        void stop() {
            try {
                Parallel.close(servers);
            } finally {
                try {
                    Folders.delete(folder);
                } catch (IOException e) {
                    System.err.println("The folder of a test stack remains: " + folder + ": " + e);
                }
            }
        }
    }

    private record OwnStack(InFolder started) implements Stack {
        @Override
        public Endpoints endpoints() {
            return new RunningStack(started.servers()).endpoints();
        }

        @Override
        public void close() {
            started.stop();
        }
    }

    private record SharedStack(Endpoints endpoints) implements Stack {
        @Override
        public void close() {
            // Shared: the JVM's end closes it.
        }
    }
}
