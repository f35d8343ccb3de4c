package io.espalier.agent.trust;

import io.espalier.trust.TrustStore.Moment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time it is, on a device whose clock may be years off.
 *
 * <p>Never earlier than the agent was built, nor than the latest time that was ever signed. The clock is taken at its word
 * beyond that, until an assignment answers a nonce that this process drew minutes ago: from then on the time is the signed
 * one, plus what has passed since by the steady clock, for as long as nothing {@linkplain #doubt speaks against it}.
 */
public final class TrustedTime {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedTime.class);
    private static final int NONCE_BYTES = 16;
    private static final Duration NONCE_IS_FRESH = Duration.ofMinutes(5);
    private static final Duration TOLERANCE = Duration.ofMinutes(10);

    private final Instant built;
    private final Clock clock;
    private final LongSupplier steadyNanos;
    private final RandomGenerator random;
    private @Nullable String nonce;
    private long nonceNanos;
    private @Nullable Instant settled;
    private long settledNanos;

    public TrustedTime(Instant built, Clock clock, LongSupplier steadyNanos, RandomGenerator random) {
        this.built = built;
        this.clock = clock;
        this.steadyNanos = steadyNanos;
        this.random = random;
    }

    /** Draws the nonce that the next assignment should answer; the one before counts no longer. */
    public synchronized String newNonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        String drawn = HexFormat.of().formatHex(bytes);
        nonce = drawn;
        nonceNanos = steadyNanos.getAsLong();
        return drawn;
    }

    /** Whether this is the latest nonce, drawn so recently that an answer to it tells the time. */
    synchronized boolean isFresh(String answered) {
        return !answered.isEmpty()
                && answered.equals(nonce)
                && steadyNanos.getAsLong() - nonceNanos <= NONCE_IS_FRESH.toNanos();
    }

    /** Takes over the time of an assignment that answered a fresh nonce. */
    synchronized void settle(Instant issued) {
        settled = issued;
        settledNanos = steadyNanos.getAsLong();
    }

    /**
     * Forgets what was proven, as a start would: a controller whose clock was wrong when it answered can only be heard again, and
     * tell the right time, once its certificate is not judged by the wrong one.
     *
     * @param validUntil the end of the certificate that is outside its dates by what was proven
     * @return false where the clock says too that the certificate is of the past: that may be a thief's, so nothing is forgotten
     */
    public synchronized boolean doubt(Instant validUntil) {
        if (clock.instant().isAfter(validUntil)) {
            return false;
        }
        proven().ifPresent(time -> LOG.warn("doubts that it is {}: goes by the clock until a nonce is answered", time));
        settled = null;
        return true;
    }

    /** The time now, where an answer to a nonce has proven it in this process. */
    public synchronized Optional<Instant> proven() {
        return settled == null
                ? Optional.empty()
                : Optional.of(settled.plusNanos(steadyNanos.getAsLong() - settledNanos));
    }

    /** The time now, given the latest one that was ever signed. */
    synchronized Moment at(Instant latestSigned) {
        Instant earliest = latestSigned.isAfter(built) ? latestSigned : built;
        Optional<Instant> proven = proven();
        if (proven.isPresent()) {
            return new Moment(proven.get(), true);
        }
        Instant told = clock.instant();
        return new Moment(
                told.isAfter(earliest) ? told : earliest, !told.plus(TOLERANCE).isBefore(earliest));
    }
}
