package io.espalier.controller.pruning;

import io.espalier.host.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Workers of a controller that was killed. A pid alone proves nothing, so its start time must agree as well. */
public final class OrphanWorkers {
    static final String PID_FILE = "worker.pid";

    private OrphanWorkers() {}

    static void remember(ProcessHandle worker, Path folder) throws IOException {
        String started = worker.info()
                .startInstant()
                .map(instant -> Long.toString(instant.toEpochMilli()))
                .orElse("");
        Files.writeString(folder.resolve(PID_FILE), worker.pid() + " " + started);
    }

    static void forget(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(PID_FILE));
    }

    /**
     * Kills what is left of the workers of an earlier controller under the folder of all jobs, and removes their
     * temporary folders.
     *
     * @return pids that were killed
     */
    public static List<Long> reap(Path jobs) throws IOException {
        List<Long> killed = new ArrayList<>();
        if (!Files.isDirectory(jobs)) {
            return killed;
        }
        try (Stream<Path> folders = Files.list(jobs)) {
            for (Path folder : folders.toList()) {
                Path note = folder.resolve(PID_FILE);
                if (Files.exists(note)) {
                    alive(Files.readString(note)).ifPresent(worker -> {
                        kill(worker);
                        killed.add(worker.pid());
                    });
                    Folders.delete(JobFolders.temporary(folder));
                    forget(folder);
                }
            }
        }
        return killed;
    }

    private static Optional<ProcessHandle> alive(String note) {
        String[] parts = note.strip().split(" ");
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            Instant started = Instant.ofEpochMilli(Long.parseLong(parts[1]));
            return ProcessHandle.of(Long.parseLong(parts[0]))
                    .filter(ProcessHandle::isAlive)
                    .filter(worker -> worker.info()
                            .startInstant()
                            .filter(actual -> actual.toEpochMilli() == started.toEpochMilli())
                            .isPresent());
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void kill(ProcessHandle worker) {
        worker.destroyForcibly();
        try {
            worker.onExit().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            System.getLogger(OrphanWorkers.class.getName())
                    .log(System.Logger.Level.WARNING, "Worker " + worker.pid() + " does not end", e);
        }
    }
}
