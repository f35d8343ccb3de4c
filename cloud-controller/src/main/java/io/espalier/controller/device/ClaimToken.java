package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A permission to enrol devices, each once.
 *
 * @param device the only device it is good for; null for any
 * @param replaces true when the device exists and a new machine shall take its name
 * @param quota how many devices it lets in; 1 where it is for one
 * @param used how many it has let in
 * @param use by the device that asks now; null where that one was not let in
 */
public record ClaimToken(
        Sha256 hash,
        @Nullable DeviceId device,
        @Nullable GroupName group,
        Labels labels,
        boolean replaces,
        Instant createdAt,
        Instant expiresAt,
        int quota,
        int used,
        @Nullable Use use) {
    public static final int LARGEST_QUOTA = 100_000;

    public ClaimToken {
        if (quota < 1 || quota > LARGEST_QUOTA) {
            throw new IllegalArgumentException(
                    "A claim token lets in 1 to " + LARGEST_QUOTA + " devices, got a quota of " + quota);
        }
        if (quota > 1 && device != null) {
            throw new IllegalArgumentException("A claim token for device \"" + device + "\" cannot let in " + quota);
        }
    }

    /** How a device redeemed it; nonce and key recognise the same agent asking again after a lost answer. */
    public record Use(@Nullable Sha256 nonceHash, @Nullable Sha256 key) {}
}
