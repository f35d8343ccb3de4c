package io.espalier.controller.device.adapter;

import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.DeviceCertificate;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.tls.Pem;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Certificates in PostgreSQL. */
@Singleton
final class JdbcCertificateBook implements CertificateBook {
    private final Jdbi jdbi;

    JdbcCertificateBook(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public boolean keep(DeviceCertificate certificate) {
        return jdbi.inTransaction(handle -> keep(handle, certificate));
    }

    /**
     * In the caller's transaction. The device's row stays locked until its end: whoever retires or replaces the device takes that
     * row first too, and only then revokes.
     */
    static boolean keep(Handle handle, DeviceCertificate certificate) {
        boolean entitled = handle.createQuery("select 1 from device"
                        + " where id = :device and retired_at is null and key_digest = :key for update")
                .bind("device", certificate.device().value())
                .bind("key", certificate.key().hex())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
        if (!entitled) {
            return false;
        }
        handle.createUpdate("""
                        insert into device_certificate
                            (serial, device_id, key_digest, content, issued_at, expires_at, revoked_at)
                        values (:serial, :device, :key, :content, clock_timestamp(), :expires, :revoked)""")
                .bind("serial", certificate.certificate().getSerialNumber().toString())
                .bind("device", certificate.device().value())
                .bind("key", certificate.key().hex())
                .bind("content", Pem.der(certificate.certificate()))
                .bind("expires", certificate.expiresAt())
                .bind("revoked", certificate.revokedAt())
                .execute();
        return true;
    }

    @Override
    public Map<DeviceId, DeviceCertificate> newest(Collection<DeviceId> devices) {
        Map<DeviceId, DeviceCertificate> newest = new HashMap<>();
        if (devices.isEmpty()) {
            return newest;
        }
        jdbi.useHandle(handle -> handle.createQuery("""
                        select distinct on (device_id) device_id, content, revoked_at from device_certificate
                        where device_id = any(:devices) order by device_id, issued_at desc""")
                .bindArray(
                        "devices",
                        String.class,
                        devices.stream().map(DeviceId::value).toList())
                .map((row, context) -> new DeviceCertificate(
                        new DeviceId(row.getString("device_id")),
                        Pem.certificate(row.getBytes("content")),
                        row.getTimestamp("revoked_at") == null
                                ? null
                                : row.getTimestamp("revoked_at").toInstant()))
                .forEach(each -> newest.put(each.device(), each)));
        return newest;
    }

    @Override
    public Set<BigInteger> revoked(Instant unexpiredAt) {
        return jdbi.withHandle(handle -> new HashSet<>(handle.createQuery(
                        "select serial from device_certificate where revoked_at is not null and expires_at > :at")
                .bind("at", unexpiredAt)
                .map((row, context) -> new BigInteger(row.getString("serial")))
                .list()));
    }

    @Override
    public void forget(Instant expiredBefore) {
        jdbi.useHandle(
                handle -> handle.createUpdate("""
                        delete from device_certificate old where expires_at < :before and revoked_at is null
                            and exists (select 1 from device_certificate later
                                where later.device_id = old.device_id and later.issued_at > old.issued_at)""").bind("before", expiredBefore).execute());
    }

    /** In the caller's transaction, which has the device's row. */
    static void revokeAll(Handle handle, DeviceId device, Instant at) {
        handle.createUpdate(
                        "update device_certificate set revoked_at = :at where device_id = :device and revoked_at is null")
                .bind("device", device.value())
                .bind("at", at)
                .execute();
    }

    /** In the caller's transaction, which has the device's row: what the machine had that had this name before. */
    static void revokeOtherKeys(Handle handle, DeviceId device, Sha256 key, Instant at) {
        handle.createUpdate("update device_certificate set revoked_at = :at"
                        + " where device_id = :device and revoked_at is null and key_digest <> :key")
                .bind("device", device.value())
                .bind("key", key.hex())
                .bind("at", at)
                .execute();
    }
}
