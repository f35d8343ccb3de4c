package io.espalier.controller.pruning.adapter;

import io.espalier.controller.pruning.JobFolders;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** How workers are started. */
@Singleton
final class WorkerSettings {
    private static final Logger LOG = Logger.getLogger(WorkerSettings.class);

    /** What training asks of its JVM; the controller knows the library's classes for choosing only. */
    static final String FLAGS =
            "-Xmx2g,-XX:+UseSerialGC,-Dorg.bytedeco.javacpp.maxbytes=2g,-Dorg.bytedeco.javacpp.maxphysicalbytes=5g,-Djava.awt.headless=true";

    private static final String MAIN = "io.espalier.pruning.cli.PruningMain";

    private final Path jobs;
    private final Optional<Path> home;
    private final int count;
    private final List<String> flags;
    private final Duration timeout;
    private final Optional<Path> hostLock;

    WorkerSettings(
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder,
            @ConfigProperty(name = "espalier.worker.home") Optional<Path> home,
            @ConfigProperty(name = "espalier.worker.count") Optional<Integer> count,
            @ConfigProperty(name = "espalier.worker.flags", defaultValue = FLAGS) List<String> flags,
            @ConfigProperty(name = "espalier.worker.timeout", defaultValue = "PT12H") Duration timeout,
            @ConfigProperty(name = "espalier.host-lock") Optional<Path> hostLock) {
        this.jobs = dataFolder.resolve("jobs").toAbsolutePath();
        this.home = home.map(Path::toAbsolutePath);
        this.flags = List.copyOf(flags);
        WorkerRoom room = WorkerRoom.here(this.flags);
        this.count = count.orElse(room.workers());
        if (this.count < 1) {
            throw new ConfigurationException("espalier.worker.count=" + this.count + ": at least 1 is needed");
        }
        room.objection(this.count).ifPresent(LOG::warn);
        this.timeout = timeout;
        this.hostLock = hostLock.map(Path::toAbsolutePath);
    }

    Path jobs() {
        return jobs;
    }

    Path folder(String job) {
        return jobs.resolve(job);
    }

    /** The most workers at once: as given, or as many as there is room for. */
    int count() {
        return count;
    }

    Duration timeout() {
        return timeout;
    }

    /** What a worker is told besides its task. */
    Map<String, Object> surroundings() {
        Map<String, Object> surroundings = new LinkedHashMap<>();
        surroundings.put("threads", 1);
        hostLock.ifPresent(path -> surroundings.put("hostLock", path.toString()));
        return surroundings;
    }

    /** One thread in every library, so that workers beside each other do not fight for cores. */
    Map<String, String> environment() {
        return Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1", "ORT_DISABLE_TELEMETRY", "1");
    }

    /** Throws where no worker can be started, saying which setting is missing. */
    List<String> command(Path folder) {
        Path directory = home.orElseThrow(() -> new IllegalStateException(
                "espalier.worker.home is not set: give it the folder with model-pruning.jar and lib/"));
        Path jar = directory.resolve("model-pruning.jar");
        if (!jar.toFile().exists()) {
            throw new IllegalStateException(jar + " is not there: espalier.worker.home must name the folder with"
                    + " model-pruning.jar and lib/ (mvn package makes it)");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-Djava.io.tmpdir=" + JobFolders.temporary(folder));
        command.add("-Despalier.exit-with-parent=true");
        command.add("-cp");
        command.add(jar + File.pathSeparator + directory.resolve("lib") + File.separator + "*");
        command.add(MAIN);
        command.add("job");
        command.add(folder.toString());
        return command;
    }
}
