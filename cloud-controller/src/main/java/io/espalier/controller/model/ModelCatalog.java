package io.espalier.controller.model;

import io.espalier.proto.Sha256;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Base models at rest. Each change is one step of a model's life; a step that comes twice changes nothing. */
public interface ModelCatalog {
    void add(BaseModel model);

    Optional<BaseModel> find(ModelId id);

    /** Newest first. */
    List<BaseModel> all();

    void underWork(ModelId id, String jobId);

    /** Training is done; inspection comes next. */
    void trained(ModelId id, Sha256 digest);

    /** True the first time. */
    boolean ready(ModelId id, Inspection inspection);

    void invalid(ModelId id, Map<String, Object> problem);

    void baseline(ModelId id, double accuracy);

    /** The artifacts its probe suites are published as; profiles name them. */
    void published(ModelId id, String baseSuite, String modelSuite);
}
