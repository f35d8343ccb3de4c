package io.espalier.agent.trust;

import io.espalier.agent.link.Causes;
import io.espalier.agent.state.Steps;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Release;
import io.espalier.trust.RejectedException;
import io.espalier.trust.Rejection;
import io.espalier.trust.Rejection.Reason;
import io.espalier.trust.TrustStore;
import io.espalier.trust.TrustStore.Moment;
import io.espalier.trust.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This device's trust, on disk. What was learned is durable before anything is done because of it, so nothing that was
 * refused as old is believed after a restart.
 */
public final class DeviceTrust {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTrust.class);

    private final DeviceId device;
    private final TrustFiles files;
    private final TrustedTime time;
    private final String deviceClass;
    private @Nullable TrustStore store;
    private boolean isRead;

    private DeviceTrust(DeviceId device, TrustFiles files, TrustedTime time, String deviceClass) {
        this.device = device;
        this.files = files;
        this.time = time;
        this.deviceClass = deviceClass;
    }

    /** Reads what was kept; where that fails, {@link #begin} reads it again. */
    public static DeviceTrust open(DeviceId device, Path path, Steps steps, TrustedTime time, String deviceClass) {
        DeviceTrust trust = new DeviceTrust(device, new TrustFiles(path, steps), time, deviceClass);
        try {
            trust.read();
        } catch (IOException e) {
            LOG.error("{} cannot be read ({}): nothing new is believed until it can", path, Causes.inShort(e));
        }
        return trust;
    }

    /**
     * Begins with what enrolment gave, where nothing was kept. Fails where what was kept cannot be read: what is known
     * otherwise vouches for the model that serves, and is neither written nor learned from.
     */
    public synchronized void begin(byte[] given) throws IOException, RejectedException {
        try {
            read();
        } catch (IOException e) {
            if (store == null) {
                store = TrustStore.parse(given).orThrow();
            }
            throw e;
        }
        if (store == null) {
            keep(TrustStore.parse(given).orThrow());
        }
    }

    private synchronized void read() throws IOException {
        if (isRead) {
            return;
        }
        try {
            store = files.read().orElse(null);
            isRead = true;
        } catch (IOException e) {
            if (store == null) {
                store = secondOrNone();
            }
            throw e;
        }
    }

    private @Nullable TrustStore secondOrNone() {
        try {
            return files.readSecond().orElse(null);
        } catch (IOException e) {
            return null; // What enrolment gave has to vouch.
        }
    }

    /** The version of the root to look for next. */
    public synchronized long nextRoot() {
        return store == null ? 1 : store.root().version() + 1;
    }

    /** Takes the next root; the rejection says why not. */
    public synchronized Optional<Rejection> follow(byte[] root) throws IOException {
        try {
            keep(store().follow(root).orThrow());
            LOG.info("follows root {}", store().root().version());
            return Optional.empty();
        } catch (RejectedException e) {
            return Optional.of(e.rejection());
        }
    }

    /** Whether the device should do what this says; durable when it should. */
    public synchronized Verdict<Assignment> accept(byte[] envelope) throws IOException {
        try {
            TrustStore before = store();
            boolean fresh = time.isFresh(nonceOf(envelope));
            Assignment assignment =
                    before.judgeAssignment(envelope, device, fresh, moment()).orThrow();
            if (fresh) {
                time.settle(Instant.ofEpochMilli(assignment.getIssuedAtMillis()));
            }
            keep(before.having(assignment));
            return new Verdict.Verified<>(assignment);
        } catch (RejectedException e) {
            return new Verdict.Rejected<>(e.rejection());
        }
    }

    /** Read before it is verified, and of no use unless the verification that follows succeeds. */
    private static String nonceOf(byte[] envelope) {
        return TrustStore.claimedNonce(envelope);
    }

    /** Whether an artifact may be taken up now; what it counts is durable when it may. */
    public synchronized Verdict<Release> accept(byte[] envelope, Sha256 artifact, long leastVersion)
            throws IOException {
        try {
            Release release = store().judgeRelease(envelope, artifact, deviceClass, leastVersion, moment().now())
                    .orThrow();
            keep(store().having(release));
            return new Verdict.Verified<>(release);
        } catch (RejectedException e) {
            return new Verdict.Rejected<>(e.rejection());
        }
    }

    /** Whether an assignment that was accepted may still lead to a switch. */
    public synchronized Verdict<Assignment> stillGood(Assignment assignment) {
        try {
            return store().stillGood(assignment, moment().now());
        } catch (RejectedException e) {
            return new Verdict.Rejected<>(e.rejection());
        }
    }

    /** Whether this device once had good reason to take the release: expiry takes nothing away that is here. */
    public synchronized Verdict<Release> vouch(byte[] envelope) {
        try {
            return store().vouch(envelope);
        } catch (RejectedException e) {
            return new Verdict.Rejected<>(e.rejection());
        }
    }

    private Moment moment() {
        return time.at(store == null ? Instant.EPOCH : store.latestSigned());
    }

    private TrustStore store() throws RejectedException {
        if (store == null) {
            throw new RejectedException(
                    new Rejection(Reason.UNKNOWN_KEY, "this device was given no root yet: it has to enrol"));
        }
        return store;
    }

    private void keep(TrustStore next) throws IOException {
        if (!isRead) {
            throw new IOException("what this device has learned to believe cannot be read");
        }
        if (!next.equals(store)) {
            files.write(next);
            store = next;
        }
    }
}
