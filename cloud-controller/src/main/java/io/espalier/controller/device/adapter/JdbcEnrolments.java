package io.espalier.controller.device.adapter;

import io.espalier.controller.device.ClaimToken;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.EnrolmentOutcome;
import io.espalier.controller.device.EnrolmentRequest;
import io.espalier.controller.device.EnrolmentRule;
import io.espalier.controller.device.Enrolments;
import io.espalier.controller.device.GroupName;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Claim tokens in PostgreSQL. A token's row and the device's name are locked while an enrolment is decided. */
@Singleton
final class JdbcEnrolments implements Enrolments {
    private final Jdbi jdbi;

    JdbcEnrolments(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void issue(ClaimToken token) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        insert into claim_token (token_hash, device_id, group_name, labels, replaces, created_at, expires_at)
                        values (:hash, :device, :group, cast(:labels as jsonb), :replaces, :created, :expires)""")
                .bind("hash", token.hash().hex())
                .bind("device", token.device() == null ? null : token.device().value())
                .bind("group", token.group() == null ? null : token.group().value())
                .bind("labels", DeviceRow.json(token.labels()))
                .bind("replaces", token.replaces())
                .bind("created", token.createdAt())
                .bind("expires", token.expiresAt())
                .execute());
    }

    @Override
    public EnrolmentOutcome redeem(EnrolmentRequest request, Instant now) {
        return jdbi.inTransaction(handle -> {
            handle.select(
                            "select pg_advisory_xact_lock(hashtext('device:' || ?))",
                            request.device().value())
                    .mapToMap()
                    .one();
            ClaimToken token = token(handle, request.secret().hash());
            Device existing = handle.createQuery(
                            "select " + DeviceRow.COLUMNS + " from device where id = :id for update")
                    .bind("id", request.device().value())
                    .map(ConstructorMapper.of(DeviceRow.class))
                    .findOne()
                    .map(DeviceRow::device)
                    .orElse(null);
            EnrolmentOutcome outcome = EnrolmentRule.decide(token, existing, request, now);
            if (outcome instanceof EnrolmentOutcome.Enrolled enrolled && !enrolled.again()) {
                keep(handle, enrolled.device(), request, now);
            }
            return outcome;
        });
    }

    private static void keep(Handle handle, Device device, EnrolmentRequest request, Instant now) {
        handle.createUpdate("""
                        insert into device (id, group_name, labels, agent_version, enrolled_at)
                        values (:id, :group, cast(:labels as jsonb), :version, :at)
                        on conflict (id) do update set group_name = excluded.group_name, labels = excluded.labels,
                            agent_version = excluded.agent_version, enrolled_at = excluded.enrolled_at, retired_at = null""")
                .bind("id", device.id().value())
                .bind("group", device.group().value())
                .bind("labels", DeviceRow.json(device.labels()))
                .bind("version", device.agentVersion())
                .bind("at", device.enrolledAt())
                .execute();
        FormerMachine.forget(handle, device.id(), now);
        handle.createUpdate("""
                        update claim_token set used_at = :at, used_by = :device, nonce_hash = :nonce
                        where token_hash = :hash""")
                .bind("at", now)
                .bind("device", device.id().value())
                .bind(
                        "nonce",
                        request.nonceHash() == null ? null : request.nonceHash().hex())
                .bind("hash", request.secret().hash().hex())
                .execute();
    }

    private static @Nullable ClaimToken token(Handle handle, Sha256 hash) {
        return handle.createQuery("""
                        select token_hash, device_id, group_name, cast(labels as text) labels, replaces, created_at,
                            expires_at, used_at, used_by, nonce_hash
                        from claim_token where token_hash = :hash for update""")
                .bind("hash", hash.hex())
                .map(ConstructorMapper.of(TokenRow.class))
                .findOne()
                .map(TokenRow::token)
                .orElse(null);
    }

    /** A row of the table claim_token. */
    public record TokenRow(
            String tokenHash,
            @Nullable String deviceId,
            @Nullable String groupName,
            String labels,
            boolean replaces,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant usedAt,
            @Nullable String usedBy,
            @Nullable String nonceHash) {
        ClaimToken token() {
            ClaimToken.Use use = usedAt == null || usedBy == null
                    ? null
                    : new ClaimToken.Use(
                            new DeviceId(usedBy), nonceHash == null ? null : new Sha256(nonceHash), usedAt);
            return new ClaimToken(
                    new Sha256(tokenHash),
                    deviceId == null ? null : new DeviceId(deviceId),
                    groupName == null ? null : new GroupName(groupName),
                    DeviceRow.labels(labels),
                    replaces,
                    createdAt,
                    expiresAt,
                    use);
        }
    }
}
