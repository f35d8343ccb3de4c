package io.espalier.controller.device;

import io.espalier.proto.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The secret an operator hands to a device. 256 random bits, so a plain hash of it is safe at rest.
 */
public record ClaimSecret(String value) {
    private static final int RANDOM_BYTES = 32;
    private static final String PREFIX = "esp_";

    public static ClaimSecret draw(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new ClaimSecret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    public Sha256 hash() {
        return Sha256.of(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return PREFIX + "...";
    }
}
