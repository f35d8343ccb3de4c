package io.espalier.controller.model.adapter;

import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.JobSpecification;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.JobQueue;
import io.espalier.controller.pruning.JobRequest;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks workers to train and to inspect a model. */
@Singleton
final class ModelJobs {
    private final JobQueue queue;
    private final JobSpecification specification;
    private final ModelCatalog catalog;

    ModelJobs(JobQueue queue, JobSpecification specification, ModelCatalog catalog) {
        this.queue = queue;
        this.specification = specification;
        this.catalog = catalog;
    }

    JobId inspect(BaseModel model) {
        Map<String, Object> job = new LinkedHashMap<>(specification.of(model));
        job.remove("architecture");
        return enqueue(JobKind.INSPECT, model, job);
    }

    JobId train(BaseModel model) {
        Map<String, Object> job = new LinkedHashMap<>(specification.of(model));
        job.remove("model");
        return enqueue(JobKind.TRAIN, model, job);
    }

    private JobId enqueue(JobKind kind, BaseModel model, Map<String, Object> job) {
        JobId id = queue.enqueue(new JobRequest(
                kind,
                job,
                model.id().value(),
                null,
                kind.wireName() + ":" + model.id().value()));
        catalog.underWork(model.id(), id.value());
        return id;
    }
}
