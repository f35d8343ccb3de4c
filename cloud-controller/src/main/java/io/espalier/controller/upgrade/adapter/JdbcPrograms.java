package io.espalier.controller.upgrade.adapter;

import io.espalier.controller.upgrade.Program;
import io.espalier.controller.upgrade.Programs;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Programs in PostgreSQL; their bytes are artifacts. */
@Singleton
final class JdbcPrograms implements Programs {
    private final Jdbi jdbi;

    JdbcPrograms(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A row of the table program. */
    public record Row(
            String digest, String version, String arch, long sizeBytes, String archiveDigest, Instant uploadedAt) {
        Program program() {
            return new Program(new Sha256(digest), version, arch, sizeBytes, new Sha256(archiveDigest), uploadedAt);
        }
    }

    @Override
    public void add(Program program) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into program (digest, version, arch, size_bytes, archive_digest, uploaded_at)
                        values (:digest, :version, :arch, :size, :archive, :at) on conflict do nothing""")
                .bind("digest", program.digest().hex())
                .bind("version", program.version())
                .bind("arch", program.arch())
                .bind("size", program.sizeBytes())
                .bind("archive", program.archive().hex())
                .bind("at", program.uploadedAt())
                .execute());
    }

    @Override
    public Optional<Program> find(Sha256 digest) {
        return jdbi.withHandle(handle -> handle.createQuery("select * from program where digest = :digest")
                .bind("digest", digest.hex())
                .map(ConstructorMapper.of(Row.class))
                .findOne()
                .map(Row::program));
    }

    @Override
    public List<Program> all() {
        return jdbi.withHandle(handle -> handle.createQuery("select * from program order by uploaded_at desc, digest")
                .map(ConstructorMapper.of(Row.class))
                .map(Row::program)
                .list());
    }
}
