package io.espalier.controller.dataset.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.dataset.DatasetStore;
import io.espalier.controller.upload.HalfDone;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Removes the files of data sets whose upload did not end because the controller was killed. */
@Singleton
final class HalfDoneDatasets {
    private static final Logger LOG = Logger.getLogger(HalfDoneDatasets.class);

    private final DatasetStore store;
    private final DatasetFolder folder;

    HalfDoneDatasets(DatasetStore store, DatasetFolder folder) {
        this.store = store;
        this.folder = folder;
    }

    void start(@Observes DatabaseReady event) {
        try {
            HalfDone.remove(
                            folder.path(),
                            store.all().stream()
                                    .map(dataset -> dataset.id().value())
                                    .collect(Collectors.toSet()),
                            Instant.ofEpochMilli(
                                    ManagementFactory.getRuntimeMXBean().getStartTime()))
                    .forEach(path -> LOG.infof("Removed %s, left by an upload that did not end", path));
        } catch (UncheckedIOException e) {
            LOG.warnf("Unfinished uploads of data sets remain: %s", e.getMessage());
        }
    }
}
