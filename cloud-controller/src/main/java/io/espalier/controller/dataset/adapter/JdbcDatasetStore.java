package io.espalier.controller.dataset.adapter;

import io.espalier.controller.dataset.Dataset;
import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.dataset.DatasetStore;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Data sets in PostgreSQL, their files under the data folder. */
@Singleton
final class JdbcDatasetStore implements DatasetStore {
    private final Jdbi jdbi;
    private final Path folder;

    JdbcDatasetStore(Jdbi jdbi, DatasetFolder folder) {
        this.jdbi = jdbi;
        this.folder = folder.path();
    }

    /** A row of the table dataset. */
    public record Row(String id, String name, String fileName, long sizeBytes, String digest, Instant createdAt) {
        Dataset dataset() {
            return new Dataset(new DatasetId(id), name, fileName, sizeBytes, new Sha256(digest), createdAt);
        }
    }

    @Override
    public void add(Dataset dataset) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into dataset (id, name, file_name, size_bytes, digest, created_at)
                        values (:id, :name, :file, :size, :digest, :at)""")
                .bind("id", dataset.id().value())
                .bind("name", dataset.name())
                .bind("file", dataset.fileName())
                .bind("size", dataset.sizeBytes())
                .bind("digest", dataset.digest().hex())
                .bind("at", dataset.createdAt())
                .execute());
    }

    @Override
    public Optional<Dataset> find(DatasetId id) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from dataset where id = :id")
                .bind("id", id.value())
                .map(ConstructorMapper.of(Row.class))
                .findOne()
                .map(Row::dataset));
    }

    @Override
    public List<Dataset> all() {
        return jdbi.withHandle(handle -> handle.createQuery("select * from dataset order by created_at desc, id")
                .map(ConstructorMapper.of(Row.class))
                .map(Row::dataset)
                .list());
    }

    @Override
    public Path location(Dataset dataset) {
        return folder.resolve(dataset.id().value()).resolve(dataset.fileName());
    }
}
