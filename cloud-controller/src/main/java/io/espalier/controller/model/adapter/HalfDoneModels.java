package io.espalier.controller.model.adapter;

import io.espalier.controller.database.DatabaseReady;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.upload.HalfDone;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Goes on with models whose controller was killed before it had asked a worker, and removes files of no model. */
@Singleton
final class HalfDoneModels {
    private static final Logger LOG = Logger.getLogger(HalfDoneModels.class);

    private final ModelCatalog catalog;
    private final ModelFiles files;
    private final ModelJobs jobs;

    HalfDoneModels(ModelCatalog catalog, ModelFiles files, ModelJobs jobs) {
        this.catalog = catalog;
        this.files = files;
        this.jobs = jobs;
    }

    void start(@Observes @Priority(3200) DatabaseReady event) {
        List<BaseModel> all = catalog.all();
        try {
            HalfDone.remove(
                            files.folder(),
                            all.stream().map(model -> model.id().value()).collect(Collectors.toSet()),
                            Instant.ofEpochMilli(
                                    ManagementFactory.getRuntimeMXBean().getStartTime()))
                    .forEach(path -> LOG.infof("Removed %s, left by an upload that did not end", path));
        } catch (UncheckedIOException e) {
            LOG.warnf("Unfinished uploads of models remain: %s", e.getMessage());
        }
        goOn(all);
    }

    /** A second request for the same work joins the first. */
    void goOn(List<BaseModel> models) {
        for (BaseModel model : models) {
            if (model.jobId() == null && model.state() == ModelState.TRAINING) {
                jobs.train(model);
            } else if (model.jobId() == null && model.state() == ModelState.INSPECTING) {
                jobs.inspect(model);
            }
        }
    }
}
