package io.espalier.controller.device;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** Nonces that are good for minutes and that nobody has to remember: each carries its time, under a key of this installation. */
public final class RenewalNonces {
    private static final Duration GOOD_FOR = Duration.ofMinutes(5);
    private static final int RANDOM_BYTES = 16;
    private static final int BODY_BYTES = Long.BYTES + RANDOM_BYTES;
    private static final int TAG_BYTES = 32;
    private static final int MOST_CHARACTERS = 128;

    private final Supplier<SecretKey> key;
    private final Clock clock;
    private final SecureRandom random;

    public RenewalNonces(Supplier<SecretKey> key, Clock clock, SecureRandom random) {
        this.key = key;
        this.clock = clock;
        this.random = random;
    }

    public String draw() {
        byte[] drawn = new byte[RANDOM_BYTES];
        random.nextBytes(drawn);
        byte[] body = ByteBuffer.allocate(BODY_BYTES)
                .putLong(clock.millis())
                .put(drawn)
                .array();
        byte[] whole = Arrays.copyOf(body, BODY_BYTES + TAG_BYTES);
        System.arraycopy(tag(body), 0, whole, BODY_BYTES, TAG_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /** Whether it was drawn here a short time ago. */
    public boolean isFresh(String nonce) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(nonce.length() > MOST_CHARACTERS ? "" : nonce);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (whole.length != BODY_BYTES + TAG_BYTES) {
            return false;
        }
        byte[] body = Arrays.copyOf(whole, BODY_BYTES);
        long ageMillis = clock.millis() - ByteBuffer.wrap(body).getLong();
        return MessageDigest.isEqual(tag(body), Arrays.copyOfRange(whole, BODY_BYTES, whole.length))
                && ageMillis >= 0
                && ageMillis <= GOOD_FOR.toMillis();
    }

    private byte[] tag(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key.get());
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer HMAC-SHA-256", e);
        }
    }
}
