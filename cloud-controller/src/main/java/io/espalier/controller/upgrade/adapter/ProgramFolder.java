package io.espalier.controller.upgrade.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.upload.HalfDone;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Where programs are taken apart, a folder each; it is empty between uploads. */
@Singleton
final class ProgramFolder {
    private static final Logger LOG = Logger.getLogger(ProgramFolder.class);

    private final Path path;

    ProgramFolder(@ConfigProperty(name = "espalier.data.dir") Path dataFolder) {
        this.path = dataFolder.toAbsolutePath().resolve("programs");
    }

    Path path() {
        return path;
    }

    /** Removes what a controller left that was killed in the middle of an upload. */
    void start(@Observes DatabaseReady event) {
        try {
            HalfDone.remove(
                            path,
                            Set.of(),
                            Instant.ofEpochMilli(
                                    ManagementFactory.getRuntimeMXBean().getStartTime()))
                    .forEach(left -> LOG.infof("Removed %s, left by an upload that did not end", left));
        } catch (UncheckedIOException e) {
            LOG.warnf("Unfinished uploads of programs remain: %s", e.getMessage());
        }
    }
}
