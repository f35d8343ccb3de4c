package io.espalier.stack;

import io.espalier.host.FileClaim;
import io.espalier.host.FileTrouble;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The data directory of one stack: nobody else uses it while this is open. */
final class StackFolder implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile(":(\\d{1,5})(/[^/]*)?$");

    private final Path path;
    private final FileClaim claim;

    private StackFolder(Path path, FileClaim claim) {
        this.path = path;
        this.claim = claim;
    }

    /** Makes the directory where it is missing and locks it; the lock ends with this process, however that ends. */
    static StackFolder open(Path path) {
        try {
            Files.createDirectories(path);
            FileClaim claim = FileClaim.tryTake(path.resolve("stack.lock"))
                    .orElseThrow(() -> unusable(
                            path,
                            "another stack runs on it" + holder(path) + ": stop that one, or choose another",
                            null));
            return new StackFolder(path, claim);
        } catch (IOException e) {
            throw unusable(path, FileTrouble.inWords(e) + ": choose one that you may write to with --data DIR", e);
        }
    }

    /** Throws where less than this can still be written: servers whose disk is full end in ways of their own. */
    void requireRoom(long leastFreeBytes) {
        try {
            long freeBytes = Files.getFileStore(path).getUsableSpace();
            if (freeBytes < leastFreeBytes) {
                throw unusable(
                        path,
                        "only " + (freeBytes >> 20) + " MB are free on its disk, " + (leastFreeBytes >> 20)
                                + " MB are needed: make room, or choose a folder on another disk with --data DIR",
                        null);
            }
        } catch (IOException e) {
            throw unusable(path, FileTrouble.inWords(e) + ": choose one that you may write to with --data DIR", e);
        }
    }

    Path path() {
        return path;
    }

    Path log() {
        return path.resolve("stack.log");
    }

    /** A port for every server: the chosen one, else the one recorded here, else a free one. */
    Map<Service, Integer> ports(Map<Service, Integer> chosen) {
        Properties recorded = read(path);
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        Iterator<Integer> free = Ports.free(Service.values().length).iterator();
        for (Service service : Service.values()) {
            Integer port = chosen.get(service);
            if (port == null) {
                Matcher address = PORT.matcher(recorded.getProperty(service.addressKey(), ""));
                port = address.find() ? Integer.valueOf(address.group(1)) : free.next();
            }
            ports.put(service, port);
        }
        return ports;
    }

    /** Tells the world where the servers are, in one atomic step; returns what was written. */
    Map<String, String> publish(Endpoints endpoints) {
        Map<String, String> published = new TreeMap<>(endpoints.properties());
        published.put("pid", Long.toString(ProcessHandle.current().pid()));
        Properties properties = new Properties();
        properties.putAll(published);
        try {
            Path unfinished = Files.createTempFile(path, "stack-", ".properties");
            try (Writer writer = Files.newBufferedWriter(unfinished)) {
                properties.store(writer, "Where the servers of this folder listen");
            }
            Files.move(unfinished, properties(path), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unusable(path, "cannot write stack.properties: " + FileTrouble.inWords(e), e);
        }
        return published;
    }

    @Override
    public void close() {
        try {
            claim.close();
        } catch (IOException e) {
            throw unusable(path, "cannot unlock: " + FileTrouble.inWords(e), e);
        }
    }

    private static String holder(Path path) {
        String pid = read(path).getProperty("pid");
        return pid == null ? "" : " (pid " + pid + ")";
    }

    private static Properties read(Path path) {
        Properties properties = new Properties();
        if (Files.exists(properties(path))) {
            try (Reader reader = Files.newBufferedReader(properties(path))) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw unusable(path, "cannot read stack.properties: " + e + ": delete that file", e);
            }
        }
        return properties;
    }

    private static Path properties(Path path) {
        return path.resolve("stack.properties");
    }

    private static StackException unusable(Path path, String problem, @Nullable Exception cause) {
        String message = "Data directory " + path + " cannot be used: " + problem;
        return cause == null
                ? new StackException(StackException.Kind.DIRECTORY_UNUSABLE, message)
                : new StackException(StackException.Kind.DIRECTORY_UNUSABLE, message, cause);
    }
}
