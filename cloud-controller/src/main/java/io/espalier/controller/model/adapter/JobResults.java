package io.espalier.controller.model.adapter;

import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.Inspection;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelReady;
import io.espalier.controller.model.ModelTouched;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.JobKind;
import io.espalier.proto.Sha256;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** Takes the results of inspection, training and baseline jobs into the catalogue. */
@Singleton
final class JobResults {
    private static final Logger LOG = Logger.getLogger(JobResults.class);

    private final ModelCatalog catalog;
    private final ModelFiles files;
    private final ModelJobs jobs;
    private final LiveEvents live;

    JobResults(ModelCatalog catalog, ModelFiles files, ModelJobs jobs, LiveEvents live) {
        this.catalog = catalog;
        this.files = files;
        this.jobs = jobs;
        this.live = live;
    }

    void finished(@Observes JobFinished job) {
        if (job.kind() == JobKind.PRUNE) {
            return;
        }
        ModelId id = new ModelId(job.modelId());
        BaseModel model = catalog.find(id).orElse(null);
        if (model == null) {
            LOG.warnf("Job %s finished for model %s, which is not there any more", job.job(), id);
            return;
        }
        if (job.outcome() != JobFinished.Outcome.DONE) {
            if (job.kind() != JobKind.BASELINE) {
                catalog.invalid(id, problemOf(job));
                live.publish(new ModelTouched(id));
            }
            return;
        }
        try {
            switch (job.kind()) {
                case INSPECT -> inspected(id, job);
                case TRAIN -> trained(model, job);
                case BASELINE -> baseline(id, job);
                case PRUNE -> {}
            }
        } catch (IOException e) {
            LOG.errorf("Results of job %s cannot be kept in %s: %s", job.job(), files.of(id), e);
            catalog.invalid(
                    id,
                    Map.of(
                            "title",
                            "Results could not be kept",
                            "detail",
                            "In " + files.of(id) + ": " + e + ". Make room there and upload the model again"));
            live.publish(new ModelTouched(id));
        }
    }

    private void inspected(ModelId id, JobFinished job) throws IOException {
        take(job, "baseSuite", files.baseSuite(id));
        take(job, "modelSuite", files.modelSuite(id));
        take(job, "golden", files.golden(id));
        take(job, "replay", files.replay(id));
        Map<String, Object> values = new LinkedHashMap<>(job.result());
        values.remove("files");
        values.remove("outcome");
        if (catalog.ready(id, new Inspection(values))) {
            live.publish(new ModelReady(id));
        }
    }

    private void trained(BaseModel model, JobFinished job) throws IOException {
        Path onnx = files.onnx(model.id());
        keep(job.folder().resolve("model.onnx"), onnx);
        catalog.trained(model.id(), digestOf(onnx));
        catalog.find(model.id()).ifPresent(jobs::inspect);
        live.publish(new ModelTouched(model.id()));
    }

    private void baseline(ModelId id, JobFinished job) {
        if (job.result().get("accuracyAfter") instanceof Number accuracy) {
            catalog.baseline(id, accuracy.doubleValue());
            live.publish(new ModelTouched(id));
        }
    }

    private static void take(JobFinished job, String file, Path target) throws IOException {
        if (job.result().get("files") instanceof Map<?, ?> named && named.get(file) instanceof String name) {
            keep(job.folder().resolve(name), target);
        }
    }

    private static void keep(Path source, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            Files.copy(source, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static Sha256 digestOf(Path file) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return Sha256.ofBytes(digest.digest());
    }

    private static Map<String, Object> problemOf(JobFinished job) {
        if (job.result().get("problem") instanceof Map<?, ?> problem) {
            Map<String, Object> told = new LinkedHashMap<>();
            problem.forEach((key, value) -> told.put(String.valueOf(key), value));
            return told;
        }
        String message = job.message();
        String kind = job.kind() == JobKind.TRAIN ? "Training" : "Inspection";
        return Map.of(
                "title",
                job.outcome() == JobFinished.Outcome.CANCELLED ? kind + " was cancelled" : kind + " failed",
                "detail",
                message == null ? "The worker left no reason; the controller's log may have it" : message);
    }
}
