package io.espalier.controller.pruning.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.controller.pruning.ScoredVariant;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Variants in PostgreSQL; numbers that are asked for often have columns, the rest is one document. */
@Singleton
final class JdbcVariants implements Variants {
    private static final int MOST_LISTED = 500;
    private static final int MOST_COMPARED = 200;
    private static final String WITHOUT_CONTENT = "select model_id, digest, kind, artifact_digest, job_id, size_bytes,"
            + " predicted_p50_micros, predicted_p95_micros, accuracy, '{}' as content, created_at from variant ";

    private final Jdbi jdbi;
    private final ObjectMapper json;

    JdbcVariants(Jdbi jdbi, ObjectMapper json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    @Override
    public void add(Variant variant) {
        jdbi.useHandle(handle -> handle.createUpdate("insert into variant (model_id, digest, kind, artifact_digest,"
                        + " job_id, size_bytes, predicted_p50_micros, predicted_p95_micros, accuracy, content, created_at)"
                        + " values (:model, :digest, :kind, :artifact, :job, :size, :p50, :p95, :accuracy,"
                        + " cast(:content as jsonb), :now) on conflict do nothing")
                .bind("model", variant.modelId())
                .bind("digest", variant.digest().hex())
                .bind("kind", variant.dense() ? "dense" : "pruned")
                .bind("artifact", variant.artifact().hex())
                .bind("job", variant.jobId())
                .bind("size", variant.sizeBytes())
                .bind("p50", variant.predictedP50Micros())
                .bind("p95", variant.predictedP95Micros())
                .bind("accuracy", variant.accuracy())
                .bind("content", write(variant.content()))
                .bind("now", variant.createdAt())
                .execute());
    }

    @Override
    public Optional<Variant> find(String modelId, Sha256 digest) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select * from variant where model_id = :model and digest = :digest")
                        .bind("model", modelId)
                        .bind("digest", digest.hex())
                        .map(this::read)
                        .findOne());
    }

    @Override
    public Optional<Variant> find(Sha256 digest) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select * from variant where digest = :digest order by created_at desc limit 1")
                .bind("digest", digest.hex())
                .map(this::read)
                .findOne());
    }

    @Override
    public List<Variant> findAll(Collection<Sha256> digests) {
        String[] wanted = digests.stream().map(Sha256::hex).toArray(String[]::new);
        return jdbi.withHandle(handle -> handle.createQuery(WITHOUT_CONTENT + "where digest = any(:digests)")
                .bind("digests", wanted)
                .map(this::read)
                .list());
    }

    @Override
    public Optional<Variant> dense(String modelId) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select * from variant where model_id = :model and kind = 'dense'")
                        .bind("model", modelId)
                        .map(this::read)
                        .findFirst());
    }

    @Override
    public List<ScoredVariant> scored(String modelId) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from (select digest, artifact_digest, size_bytes,"
                        + " accuracy, created_at, content->'variant' as made from variant where model_id = :model"
                        + " and kind = 'pruned' and content->'variant'->>'selectionScore' is not null"
                        + " order by created_at desc, digest limit :most) newest order by created_at, digest")
                .bind("model", modelId)
                .bind("most", MOST_COMPARED)
                .map(this::readScored)
                .list());
    }

    private static @Nullable Integer largestWeight(JsonNode encoding) {
        return encoding.hasNonNull("largestWeight")
                ? encoding.get("largestWeight").asInt()
                : null;
    }

    private ScoredVariant readScored(ResultSet row, StatementContext context) throws SQLException {
        try {
            JsonNode made = json.readTree(row.getString("made"));
            return new ScoredVariant(
                    new Sha256(row.getString("digest")),
                    new Sha256(row.getString("artifact_digest")),
                    made.path("selectionScore").asDouble(),
                    made.path("selectionScoreBefore").asDouble(),
                    made.path("selectionSamples").asLong(),
                    row.getLong("size_bytes"),
                    made.path("macs").asLong(),
                    made.path("parameters").asLong(),
                    largestWeight(made.path("encoding")),
                    row.getObject("accuracy", Double.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A variant in the database cannot be read", e);
        }
    }

    @Override
    public List<Variant> list(@Nullable String modelId) {
        return jdbi.withHandle(handle -> handle.createQuery(WITHOUT_CONTENT + "where cast(:model as text) is null"
                        + " or model_id = :model order by created_at desc limit :most")
                .bind("model", modelId)
                .bind("most", MOST_LISTED)
                .map(this::read)
                .list());
    }

    private Variant read(ResultSet row, StatementContext context) throws SQLException {
        try {
            return new Variant(
                    row.getString("model_id"),
                    new Sha256(row.getString("digest")),
                    row.getString("kind").equals("dense"),
                    new Sha256(row.getString("artifact_digest")),
                    row.getString("job_id"),
                    row.getLong("size_bytes"),
                    row.getObject("predicted_p50_micros", Double.class),
                    row.getObject("predicted_p95_micros", Double.class),
                    row.getObject("accuracy", Double.class),
                    json.readValue(row.getString("content"), new TypeReference<Map<String, Object>>() {}),
                    row.getObject("created_at", OffsetDateTime.class).toInstant());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A variant in the database cannot be read", e);
        }
    }

    private String write(Map<String, Object> content) {
        try {
            return json.writeValueAsString(content);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not writable as JSON: " + content, e);
        }
    }
}
