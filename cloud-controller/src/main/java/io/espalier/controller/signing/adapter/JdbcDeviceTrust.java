package io.espalier.controller.signing.adapter;

import com.google.protobuf.ByteString;
import io.espalier.controller.signing.DeviceTrust;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.DeviceId;
import io.espalier.proto.v1.ReleaseCounter;
import io.espalier.proto.v1.TrustState;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;

/** Reads from PostgreSQL how far the counters of a device's name have come. */
@Singleton
final class JdbcDeviceTrust implements DeviceTrust {
    private final Notary notary;
    private final Jdbi jdbi;

    JdbcDeviceTrust(Notary notary, Jdbi jdbi) {
        this.notary = notary;
        this.jdbi = jdbi;
    }

    @Override
    public byte[] of(DeviceId device) {
        TrustState.Builder state = TrustState.newBuilder()
                .addRoots(ByteString.copyFrom(notary.root().envelope()));
        jdbi.useHandle(handle -> {
            // Not the present time: a device that lost this answer gets the same one again.
            handle.createQuery("select enrolled_at from device where id = :device")
                    .bind("device", device.value())
                    .mapTo(Instant.class)
                    .findOne()
                    .ifPresent(at -> state.setLatestSignedMillis(at.toEpochMilli()));
            handle.createQuery("select version from device_desired where device_id = :device")
                    .bind("device", device.value())
                    .mapTo(Long.class)
                    .findOne()
                    .ifPresent(state::setSequence);
            handle.createQuery("select target, release_version from device_release where device_id = :device")
                    .bind("device", device.value())
                    .map((row, context) -> ReleaseCounter.newBuilder()
                            .setTarget(row.getString("target"))
                            .setVersion(row.getLong("release_version"))
                            .build())
                    .forEach(state::addReleases);
        });
        return state.build().toByteArray();
    }
}
