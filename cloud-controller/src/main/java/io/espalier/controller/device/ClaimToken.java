package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A permission to enrol one device once.
 *
 * @param device the only device it is good for; null for any
 * @param replaces true when the device exists and a new machine shall take its name
 * @param use null until it is redeemed
 */
public record ClaimToken(
        Sha256 hash,
        @Nullable DeviceId device,
        @Nullable GroupName group,
        Labels labels,
        boolean replaces,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Use use) {
    /** Who redeemed it; the hash of the nonce recognises the same agent asking again after a lost answer. */
    public record Use(DeviceId device, @Nullable Sha256 nonceHash, Instant at) {}
}
