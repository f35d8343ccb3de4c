package io.espalier.controller.model.adapter;

import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.dataset.DatasetStore;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.IllegalRecipeException;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.ModelTouched;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.pruning.JobId;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What models have in common on their way in, uploaded or to be trained. */
@Singleton
final class ModelIntake {
    private static final int LONGEST_NAME = 128;

    private final ModelCatalog catalog;
    private final ModelJobs jobs;
    private final DatasetStore datasets;
    private final LiveEvents live;

    ModelIntake(ModelCatalog catalog, ModelJobs jobs, DatasetStore datasets, LiveEvents live) {
        this.catalog = catalog;
        this.jobs = jobs;
        this.datasets = datasets;
        this.live = live;
    }

    /** A model that was taken in, and the job that looks at it or trains it. */
    record Accepted(String id, String jobId) {}

    static String legalName(@Nullable String name) {
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            throw Problem.invalid("name", "A model needs a name of 1 to " + LONGEST_NAME + " characters")
                    .exception();
        }
        return name;
    }

    static Recipe legal(Supplier<Recipe> asked) {
        try {
            return asked.get();
        } catch (IllegalRecipeException e) {
            throw Problem.invalid(e.field(), String.valueOf(e.getMessage())).exception();
        }
    }

    @Nullable
    DatasetId existing(@Nullable String id) {
        if (id == null) {
            return null;
        }
        DatasetId dataset = new DatasetId(id);
        if (datasets.find(dataset).isEmpty()) {
            throw Problem.invalid("datasetId", "There is no data set \"" + id + "\"")
                    .exception();
        }
        return dataset;
    }

    void keep(BaseModel model) {
        catalog.add(model);
    }

    /** Has a worker look at a model that is kept, or train it. */
    Accepted begin(BaseModel model) {
        JobId job = start(model);
        live.publish(new ModelTouched(model.id()));
        return new Accepted(model.id().value(), job.value());
    }

    private JobId start(BaseModel model) {
        try {
            return model.state() == ModelState.TRAINING ? jobs.train(model) : jobs.inspect(model);
        } catch (RuntimeException e) {
            catalog.invalid(
                    model.id(), Map.of("title", "No worker could be asked", "detail", String.valueOf(e.getMessage())));
            throw e;
        }
    }
}
