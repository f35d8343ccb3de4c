package io.espalier.controller.model.adapter;

import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.Inspection;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Base models in PostgreSQL. */
@Singleton
final class JdbcModelCatalog implements ModelCatalog {
    private final Jdbi jdbi;

    JdbcModelCatalog(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void add(BaseModel model) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into model (id, name, state, dataset_id, digest, contract, recipe, architecture, job_id, created_at)
                        values (:id, :name, :state, :dataset, :digest, cast(:contract as jsonb), cast(:recipe as jsonb),
                            :architecture, :job, :at)""")
                .bind("id", model.id().value())
                .bind("name", model.name())
                .bind("state", model.state().wireName())
                .bind(
                        "dataset",
                        model.dataset() == null ? null : model.dataset().value())
                .bind("digest", model.digest() == null ? null : model.digest().hex())
                .bind("contract", ModelRow.json(model.contract()))
                .bind("recipe", ModelRow.json(model.recipe()))
                .bind("architecture", model.architecture())
                .bind("job", model.jobId())
                .bind("at", model.createdAt())
                .execute());
    }

    @Override
    public Optional<BaseModel> find(ModelId id) {
        return jdbi.withHandle(handle -> handle.createQuery("select " + ModelRow.COLUMNS + " from model where id = :id")
                .bind("id", id.value())
                .map(ConstructorMapper.of(ModelRow.class))
                .findOne()
                .map(ModelRow::model));
    }

    @Override
    public List<BaseModel> all() {
        return jdbi.withHandle(
                handle -> handle.createQuery("select " + ModelRow.COLUMNS + " from model order by created_at desc, id")
                        .map(ConstructorMapper.of(ModelRow.class))
                        .map(ModelRow::model)
                        .list());
    }

    @Override
    public void underWork(ModelId id, String jobId) {
        execute("update model set job_id = ? where id = ?", jobId, id.value());
    }

    @Override
    public void trained(ModelId id, Sha256 digest) {
        execute(
                "update model set state = 'inspecting', digest = ? where id = ? and state = 'training'",
                digest.hex(),
                id.value());
    }

    @Override
    public boolean ready(ModelId id, Inspection inspection) {
        return execute("""
                        update model set state = 'ready', problem = null, inspection = cast(? as jsonb)
                        where id = ? and state = 'inspecting'""", ModelRow.json(inspection.values()), id.value()) > 0;
    }

    @Override
    public void invalid(ModelId id, Map<String, Object> problem) {
        execute(
                "update model set state = 'invalid', problem = cast(? as jsonb) where id = ? and state <> 'ready'",
                ModelRow.json(problem),
                id.value());
    }

    @Override
    public void baseline(ModelId id, double accuracy) {
        execute("update model set baseline_accuracy = ? where id = ?", accuracy, id.value());
    }

    @Override
    public void published(ModelId id, String baseSuite, String modelSuite) {
        execute("update model set base_suite = ?, model_suite = ? where id = ?", baseSuite, modelSuite, id.value());
    }

    private int execute(String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.execute(sql, arguments));
    }
}
