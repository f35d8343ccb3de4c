package io.espalier.controller.model.adapter;

import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.Recipe;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A base model in the words of the API. */
record ModelView(
        String id,
        String name,
        ModelState state,
        @Nullable Map<String, Object> problem,
        @Nullable Map<String, Object> metrics,
        @Nullable Double baselineAccuracy,
        @Nullable String datasetId,
        @Nullable String digest,
        InputScaling contract,
        Recipe recipe,
        @Nullable String architecture,
        @Nullable String jobId,
        Instant createdAt) {
    static ModelView of(BaseModel model) {
        return new ModelView(
                model.id().value(),
                model.name(),
                model.state(),
                model.problem(),
                model.inspection() == null ? null : model.inspection().values(),
                model.baselineAccuracy(),
                model.dataset() == null ? null : model.dataset().value(),
                model.digest() == null ? null : model.digest().hex(),
                model.contract(),
                model.recipe(),
                model.architecture(),
                model.jobId(),
                model.createdAt());
    }
}
