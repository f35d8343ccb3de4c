package io.espalier.controller.model.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.Inspection;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.Recipe;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row of the table model. */
public record ModelRow(
        String id,
        String name,
        String state,
        @Nullable String datasetId,
        @Nullable String digest,
        String contract,
        String recipe,
        @Nullable String architecture,
        @Nullable String jobId,
        @Nullable String problem,
        @Nullable String inspection,
        @Nullable Double baselineAccuracy,
        @Nullable String baseSuite,
        @Nullable String modelSuite,
        Instant createdAt) {
    static final String COLUMNS = """
        id, name, state, dataset_id, digest, cast(contract as text) contract, cast(recipe as text) recipe,
        architecture, job_id, cast(problem as text) problem, cast(inspection as text) inspection,
        baseline_accuracy, base_suite, model_suite, created_at
        """;

    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    BaseModel model() {
        return new BaseModel(
                new ModelId(id),
                name,
                ModelState.valueOf(state.toUpperCase(Locale.ROOT)),
                datasetId == null ? null : new DatasetId(datasetId),
                digest == null ? null : new Sha256(digest),
                read(contract, InputScaling.class),
                recipe(recipe),
                architecture,
                jobId,
                problem == null ? null : readMap(problem),
                inspection == null ? null : new Inspection(readMap(inspection)),
                baselineAccuracy,
                baseSuite,
                modelSuite,
                createdAt);
    }

    /** What a row of an earlier version does not have yet is as usual. */
    static Recipe recipe(String json) {
        try {
            ObjectNode values = JSON.valueToTree(Recipe.USUAL);
            return JSON.treeToValue(values.setAll(JSON.readValue(json, ObjectNode.class)), Recipe.class);
        } catch (JsonProcessingException e) {
            throw unreadable(Recipe.class.getSimpleName(), json, e);
        }
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot be written as JSON: " + value, e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw unreadable(type.getSimpleName(), json, e);
        }
    }

    private static Map<String, Object> readMap(String json) {
        try {
            return JSON.readValue(json, new TypeReference<Map<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw unreadable("an object", json, e);
        }
    }

    private static IllegalStateException unreadable(String what, String json, JsonProcessingException e) {
        return new IllegalStateException("Not readable as " + what + ": " + json, e);
    }
}
