package io.espalier.controller.planning.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.artifact.ArtifactPart;
import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.artifact.InputSpec;
import io.espalier.controller.artifact.VariantLabel;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.Inspection;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes artifacts of what workers leave: probe suites and the unpruned model once a model, variants after each job. */
@Singleton
final class ModelArtifacts {
    private static final Logger LOG = Logger.getLogger(ModelArtifacts.class);
    private static final long LARGEST_PROVENANCE_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Artifacts artifacts;
    private final Variants variants;
    private final ModelCatalog catalog;
    private final ModelFiles files;
    private final ObjectMapper json;
    private final Clock clock;

    ModelArtifacts(
            Artifacts artifacts,
            Variants variants,
            ModelCatalog catalog,
            ModelFiles files,
            ObjectMapper json,
            Clock clock) {
        this.artifacts = artifacts;
        this.variants = variants;
        this.catalog = catalog;
        this.files = files;
        this.json = json;
        this.clock = clock;
    }

    /** The model with its suites and its unpruned variant in place, where it is ready for that. */
    synchronized BaseModel prepared(BaseModel model) {
        Sha256 digest = model.digest();
        Inspection inspection = model.inspection();
        if (model.state() != ModelState.READY || digest == null || inspection == null) {
            return model;
        }
        if (variants.dense(model.id().value()).isEmpty()) {
            addDense(model, digest, inspection);
        }
        if (model.baseSuite() == null || model.modelSuite() == null) {
            Sha256 base = artifacts.putProbeSuite(files.baseSuite(model.id()));
            Sha256 own = artifacts.putProbeSuite(files.modelSuite(model.id()));
            catalog.published(model.id(), base.hex(), own.hex());
            return catalog.find(model.id()).orElse(model);
        }
        return model;
    }

    private void addDense(BaseModel model, Sha256 digest, Inspection inspection) {
        List<ArtifactPart> parts = new ArrayList<>();
        parts.add(new ArtifactPart("model.onnx", files.onnx(model.id())));
        if (Files.exists(files.golden(model.id()))) {
            parts.add(new ArtifactPart("golden.pb", files.golden(model.id())));
        }
        variants.add(new Variant(
                model.id().value(),
                digest,
                true,
                artifacts.putVariant(parts, label(model, digest, digest, inspection)),
                model.jobId(),
                size(files.onnx(model.id())),
                null,
                null,
                inspection.accuracy().orElse(null),
                Map.of(),
                clock.instant()));
    }

    /** Takes in all variants that a pruning job made, those of its earlier rounds first; a second time changes nothing. */
    synchronized void take(JobFinished job) {
        BaseModel model = catalog.find(new ModelId(job.modelId())).orElse(null);
        if (model == null || model.digest() == null || model.inspection() == null) {
            return;
        }
        if (job.result().get("alsoMade") instanceof List<?> earlier) {
            for (Object each : earlier) {
                if (each instanceof Map<?, ?> told) {
                    take(job, told, model, model.digest(), model.inspection());
                }
            }
        }
        take(job, job.result(), model, model.digest(), model.inspection());
    }

    /** @param told the part of the job's result that speaks of this variant */
    private void take(JobFinished job, Map<?, ?> told, BaseModel model, Sha256 base, Inspection inspection) {
        if (!(told.get("variant") instanceof Map<?, ?> made) || !(made.get("file") instanceof String file)) {
            throw new IllegalStateException("Job " + job.job() + " is done but names no variant");
        }
        Path onnx = job.folder().resolve(file);
        Sha256 digest = digest(onnx);
        if (variants.find(job.modelId(), digest).isPresent()) {
            return;
        }
        List<ArtifactPart> parts = new ArrayList<>();
        parts.add(new ArtifactPart("model.onnx", onnx));
        addNamed(parts, job, told, "golden", "golden.pb");
        addNamed(parts, job, told, "provenance", "provenance.json");
        variants.add(new Variant(
                job.modelId(),
                digest,
                false,
                artifacts.putVariant(parts, label(model, digest, base, inspection)),
                job.job().value(),
                size(onnx),
                number(made.get("predictedP50Micros")),
                number(made.get("predictedP95Micros")),
                number(made.get("accuracyAfter")),
                withProvenance(job, told),
                clock.instant()));
    }

    /** What the job told of a variant, and what its own papers say, kept beside it for whoever asks where it came from. */
    private Map<String, Object> withProvenance(JobFinished job, Map<?, ?> told) {
        Map<String, Object> content = new LinkedHashMap<>();
        told.forEach((key, value) -> content.put(String.valueOf(key), value));
        content.remove("alsoMade");
        List<ArtifactPart> papers = new ArrayList<>();
        addNamed(papers, job, told, "provenance", "provenance.json");
        for (ArtifactPart paper : papers) {
            try {
                if (Files.size(paper.file()) <= LARGEST_PROVENANCE_BYTES) {
                    content.put("provenance", json.readValue(paper.file().toFile(), Object.class));
                }
            } catch (IOException e) {
                LOG.warnf("The provenance of job %s cannot be read: %s", job.job(), e.getMessage());
            }
        }
        return content;
    }

    private static void addNamed(List<ArtifactPart> parts, JobFinished job, Map<?, ?> told, String key, String name) {
        if (told.get("files") instanceof Map<?, ?> named
                && named.get(key) instanceof String file
                && Files.exists(job.folder().resolve(file))) {
            parts.add(new ArtifactPart(name, job.folder().resolve(file)));
        }
    }

    private static VariantLabel label(BaseModel model, Sha256 variant, Sha256 base, Inspection inspection) {
        return new VariantLabel(
                variant,
                base,
                new InputSpec(
                        inspection.layout(),
                        inspection.inputShape(),
                        model.contract().scale(),
                        model.contract().mean(),
                        model.contract().std(),
                        inspection.classNames()));
    }

    static @Nullable Double number(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : null;
    }

    private static Sha256 digest(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            MessageDigest digest = Sha256.newDigest();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return Sha256.ofBytes(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
