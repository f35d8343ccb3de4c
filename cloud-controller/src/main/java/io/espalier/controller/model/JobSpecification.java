package io.espalier.controller.model;

import io.espalier.controller.dataset.DatasetStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of a worker's job.json that every job about a base model shares: where it is and how it is treated. */
public final class JobSpecification {
    private final ModelFiles files;
    private final DatasetStore datasets;

    public JobSpecification(ModelFiles files, DatasetStore datasets) {
        this.files = files;
        this.datasets = datasets;
    }

    public Map<String, Object> of(BaseModel model) {
        Map<String, @Nullable Object> specification = new LinkedHashMap<>();
        specification.put("model", files.onnx(model.id()).toAbsolutePath().toString());
        if (model.dataset() != null) {
            datasets.find(model.dataset())
                    .ifPresent(dataset -> specification.put(
                            "dataset",
                            datasets.location(dataset).toAbsolutePath().toString()));
        }
        InputScaling contract = model.contract();
        specification.put(
                "contract", Map.of("scale", contract.scale(), "mean", contract.mean(), "std", contract.std()));
        specification.put("recipe", recipe(model.recipe()));
        if (model.architecture() != null) {
            specification.put("architecture", model.architecture());
        }
        return withoutNulls(specification);
    }

    private static Map<String, Object> recipe(Recipe recipe) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("epochs", recipe.epochs());
        values.put("rounds", recipe.rounds());
        values.put("seed", recipe.seed());
        values.put("batchSize", recipe.batchSize());
        values.put("learningRate", recipe.learningRate());
        values.put("importance", recipe.importance());
        values.put("percentile", recipe.percentile());
        values.put("percentileScope", recipe.percentileScope());
        values.put("threshold", recipe.threshold());
        values.put("maxTrainSamples", recipe.maxTrainSamples());
        values.put("distill", recipe.distill());
        values.put("control", recipe.control());
        values.put("precision", recipe.precision());
        values.put("sparsity", recipe.sparsity());
        values.put("mostLost", recipe.mostLost());
        return withoutNulls(values);
    }

    private static Map<String, Object> withoutNulls(Map<String, @Nullable Object> values) {
        Map<String, Object> present = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return present;
    }
}
