package io.espalier.controller.device.adapter;

import io.espalier.controller.device.ClaimToken;
import io.espalier.controller.device.Device;
import io.espalier.controller.device.EnrolmentOutcome;
import io.espalier.controller.device.EnrolmentRequest;
import io.espalier.controller.device.EnrolmentRule;
import io.espalier.controller.device.Enrolments;
import io.espalier.controller.device.GroupName;
import io.espalier.controller.device.KeyStanding;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
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
                        insert into claim_token (token_hash, device_id, group_name, labels, replaces, created_at, expires_at, quota)
                        values (:hash, :device, :group, cast(:labels as jsonb), :replaces, :created, :expires, :quota)""")
                .bind("hash", token.hash().hex())
                .bind("device", token.device() == null ? null : token.device().value())
                .bind("group", token.group() == null ? null : token.group().value())
                .bind("labels", DeviceRow.json(token.labels()))
                .bind("replaces", token.replaces())
                .bind("created", token.createdAt())
                .bind("expires", token.expiresAt())
                .bind("quota", token.quota())
                .execute());
    }

    @Override
    public EnrolmentOutcome redeem(EnrolmentRequest request, Instant now) {
        return jdbi.inTransaction(handle -> {
            lock(handle, "device:" + request.device());
            lock(handle, "key:" + request.key());
            ClaimToken token = token(handle, request.secret().hash(), request.device());
            Device existing = handle.createQuery(
                            "select " + DeviceRow.COLUMNS + " from device where id = :id for update")
                    .bind("id", request.device().value())
                    .map(ConstructorMapper.of(DeviceRow.class))
                    .findOne()
                    .map(DeviceRow::device)
                    .orElse(null);
            EnrolmentOutcome outcome = EnrolmentRule.decide(token, existing, standing(handle, request), request, now);
            if (outcome instanceof EnrolmentOutcome.Enrolled enrolled && !enrolled.again()) {
                keep(handle, enrolled.device(), request, now);
            }
            return outcome;
        });
    }

    private static void lock(Handle handle, String name) {
        handle.select("select pg_advisory_xact_lock(hashtext(?))", name)
                .mapToMap()
                .one();
    }

    private static KeyStanding standing(Handle handle, EnrolmentRequest request) {
        return handle.createQuery("""
                        select exists (select 1 from device where key_digest = :key and id = :device) enrolled,
                            exists (select 1 from device where key_digest = :key and id <> :device) elsewhere,
                            exists (select 1 from device_certificate
                                where key_digest = :key and revoked_at is not null) revoked""")
                .bind("key", request.key().hex())
                .bind("device", request.device().value())
                .map((row, context) -> new KeyStanding(
                        row.getBoolean("enrolled"), row.getBoolean("elsewhere"), row.getBoolean("revoked")))
                .one();
    }

    private static void keep(Handle handle, Device device, EnrolmentRequest request, Instant now) {
        handle.createUpdate("""
                        insert into device (id, group_name, labels, agent_version, enrolled_at, key_digest)
                        values (:id, :group, cast(:labels as jsonb), :version, :at, :key)
                        on conflict (id) do update set group_name = excluded.group_name, labels = excluded.labels,
                            agent_version = excluded.agent_version, enrolled_at = excluded.enrolled_at, retired_at = null,
                            key_digest = excluded.key_digest""")
                .bind("id", device.id().value())
                .bind("group", device.group().value())
                .bind("labels", DeviceRow.json(device.labels()))
                .bind("version", device.agentVersion())
                .bind("at", device.enrolledAt())
                .bind("key", request.key().hex())
                .execute();
        JdbcCertificateBook.revokeOtherKeys(handle, device.id(), request.key(), now);
        FormerMachine.forget(handle, device.id(), now);
        handle.createUpdate("""
                        insert into claim_token_use (token_hash, device_id, nonce_hash, key_digest, used_at)
                        values (:hash, :device, :nonce, :key, :at)""")
                .bind("at", now)
                .bind("device", device.id().value())
                .bind("key", request.key().hex())
                .bind(
                        "nonce",
                        request.nonceHash() == null ? null : request.nonceHash().hex())
                .bind("hash", request.secret().hash().hex())
                .execute();
    }

    /** With its use by that device. */
    private static @Nullable ClaimToken token(Handle handle, Sha256 hash, DeviceId device) {
        Optional<TokenRow> row = handle.createQuery("""
                        select token_hash, device_id, group_name, cast(labels as text) labels, replaces, created_at,
                            expires_at, quota
                        from claim_token where token_hash = :hash for update""")
                .bind("hash", hash.hex())
                .map(ConstructorMapper.of(TokenRow.class))
                .findOne();
        if (row.isEmpty()) {
            return null;
        }
        int used = handle.createQuery("select count(*) from claim_token_use where token_hash = :hash")
                .bind("hash", hash.hex())
                .mapTo(Integer.class)
                .one();
        ClaimToken.Use use = handle.createQuery(
                        "select nonce_hash, key_digest from claim_token_use where token_hash = :hash and device_id = :device")
                .bind("hash", hash.hex())
                .bind("device", device.value())
                .map((each, context) ->
                        new ClaimToken.Use(digest(each.getString("nonce_hash")), digest(each.getString("key_digest"))))
                .findOne()
                .orElse(null);
        return row.get().token(used, use);
    }

    private static @Nullable Sha256 digest(@Nullable String hex) {
        return hex == null ? null : new Sha256(hex);
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
            int quota) {
        ClaimToken token(int used, ClaimToken.@Nullable Use use) {
            return new ClaimToken(
                    new Sha256(tokenHash),
                    deviceId == null ? null : new DeviceId(deviceId),
                    groupName == null ? null : new GroupName(groupName),
                    DeviceRow.labels(labels),
                    replaces,
                    createdAt,
                    expiresAt,
                    quota,
                    used,
                    use);
        }
    }
}
