package io.espalier.controller.model;

import io.espalier.controller.dataset.DatasetId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trained network that variants are cut from.
 *
 * @param digest of its ONNX file; null until it is trained
 * @param architecture of a network trained from scratch; null for an uploaded one
 * @param jobId the latest job about it
 * @param problem title and detail of why it is invalid
 * @param baselineAccuracy of the unpruned model after fine-tuning with the same recipe
 * @param baseSuite artifact of the common probe suite; null until published
 * @param modelSuite artifact of this model's probe suite; null until published
 */
public record BaseModel(
        ModelId id,
        String name,
        ModelState state,
        @Nullable DatasetId dataset,
        @Nullable Sha256 digest,
        InputScaling contract,
        Recipe recipe,
        @Nullable String architecture,
        @Nullable String jobId,
        @Nullable Map<String, Object> problem,
        @Nullable Inspection inspection,
        @Nullable Double baselineAccuracy,
        @Nullable String baseSuite,
        @Nullable String modelSuite,
        Instant createdAt) {
    /** One that came as a file and has not been looked at yet. */
    public static BaseModel uploaded(
            ModelId id,
            String name,
            @Nullable DatasetId dataset,
            Sha256 digest,
            InputScaling contract,
            Recipe recipe,
            Instant now) {
        return fresh(id, name, ModelState.INSPECTING, dataset, digest, contract, recipe, null, now);
    }

    /** One of which there is nothing yet but the name of its architecture. */
    public static BaseModel toBeTrained(
            ModelId id,
            String name,
            DatasetId dataset,
            String architecture,
            InputScaling contract,
            Recipe recipe,
            Instant now) {
        return fresh(id, name, ModelState.TRAINING, dataset, null, contract, recipe, architecture, now);
    }

    private static BaseModel fresh(
            ModelId id,
            String name,
            ModelState state,
            @Nullable DatasetId dataset,
            @Nullable Sha256 digest,
            InputScaling contract,
            Recipe recipe,
            @Nullable String architecture,
            Instant now) {
        return new BaseModel(
                id,
                name,
                state,
                dataset,
                digest,
                contract,
                recipe,
                architecture,
                null,
                null,
                null,
                null,
                null,
                null,
                now);
    }
}
