package io.espalier.agent.identity;

import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Causes;
import io.espalier.agent.link.Reachability;
import io.espalier.proto.DeviceId;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the next certificate when two thirds of the life of the present one are over, or at once where it has expired.
 * What time it is, the controller says: the device's clock may be years off.
 */
public final class Renewal implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    /** Of the certificate's life, behind two thirds of it, so that a fleet does not ask at once. */
    private static final double SPREAD = 0.1;

    private static final Duration LONGEST_WAIT = Duration.ofHours(12);
    private static final Duration AFTER_A_REFUSAL = Duration.ofHours(1);
    private static final Duration BETWEEN_NUDGES = Duration.ofMinutes(1);

    private final DeviceIdentity identity;
    private final DeviceTls tls;
    private final RenewalHttp http;
    private final Backoff backoff;
    private final Reachability reachability;
    private final double share;
    private boolean nudged;
    private String refused = "";

    public Renewal(
            DeviceId device,
            URI controller,
            DeviceIdentity identity,
            DeviceTls tls,
            Backoff backoff,
            RandomGenerator random) {
        this(new RenewalHttp(controller, device, tls), identity, tls, controller, backoff, random);
    }

    private Renewal(
            RenewalHttp http,
            DeviceIdentity identity,
            DeviceTls tls,
            URI controller,
            Backoff backoff,
            RandomGenerator random) {
        this.http = http;
        this.identity = identity;
        this.tls = tls;
        this.backoff = backoff;
        this.reachability = new Reachability("the controller at " + controller + " for the next certificate");
        this.share = random.nextDouble();
    }

    /** Somebody refused a TLS connection: it may be the certificate. Looked at soon, at most once a minute. */
    public synchronized void nudge() {
        nudged = true;
        notifyAll();
    }

    /** Runs until its thread is interrupted. */
    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                pause(step());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once whether it is time, renews if so, and answers when to look again. */
    Duration step() throws InterruptedException {
        Optional<TlsIdentity> present = identity.certified();
        if (present.isEmpty()) {
            return LONGEST_WAIT; // Enrolled before there were certificates.
        }
        try {
            RenewalHttp.Challenge challenge = http.challenge();
            X509Certificate certificate = present.get().certificate();
            if (!challenge.now().isBefore(due(certificate))) {
                identity.install(http.renew(challenge.nonce(), identity.prove(challenge.nonce())), tls.authority());
                certificate = identity.certified().orElseThrow().certificate();
                LOG.info(
                        "has a certificate that is good until {}",
                        certificate.getNotAfter().toInstant());
            }
            backoff.reset();
            reachability.reached();
            refused = "";
            return untilDue(certificate, challenge.now());
        } catch (RenewalHttp.RefusedException e) {
            if (!refused.equals(e.getMessage())) {
                LOG.error("the controller refuses to renew this device's certificate: {}", e.getMessage());
                refused = String.valueOf(e.getMessage());
            }
            return AFTER_A_REFUSAL;
        } catch (IOException e) {
            Duration wait = backoff.next();
            reachability.lost(Causes.inShort(e), wait);
            return wait;
        }
    }

    private Duration untilDue(X509Certificate certificate, Instant now) {
        Duration wait = Duration.between(now, due(certificate));
        if (wait.isNegative() || wait.isZero()) {
            return BETWEEN_NUDGES; // It was given the same one again: its life is shorter than that.
        }
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    private Instant due(X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
        return TlsIdentity.renewAt(certificate).plusMillis((long) (life.toMillis() * SPREAD * share));
    }

    private void pause(Duration wait) throws InterruptedException {
        long begin = System.nanoTime();
        synchronized (this) {
            nudged = false;
            while (true) {
                long passed = System.nanoTime() - begin;
                boolean soon = nudged && passed >= BETWEEN_NUDGES.toNanos();
                if (soon || passed >= wait.toNanos()) {
                    return;
                }
                long rest =
                        nudged ? Math.min(wait.toNanos(), BETWEEN_NUDGES.toNanos()) - passed : wait.toNanos() - passed;
                wait(Math.max(1, rest / 1_000_000));
            }
        }
    }
}
