package io.espalier.agent.trust;

import io.espalier.agent.state.AtomicFile;
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
    private final AtomicFile file;
    private final TrustedTime time;
    private final String deviceClass;
    private @Nullable TrustStore store;

    private DeviceTrust(
            DeviceId device, AtomicFile file, TrustedTime time, String deviceClass, @Nullable TrustStore store) {
        this.device = device;
        this.file = file;
        this.time = time;
        this.deviceClass = deviceClass;
        this.store = store;
    }

    /** Reads what was kept; a file that makes no sense, or cannot be read, is as good as none. */
    public static DeviceTrust open(DeviceId device, Path path, Steps steps, TrustedTime time, String deviceClass) {
        AtomicFile file = new AtomicFile(path, steps);
        TrustStore store = null;
        try {
            Optional<byte[]> kept = file.read();
            if (kept.isPresent()) {
                store = TrustStore.parse(kept.get()).orThrow();
            }
        } catch (RejectedException | IOException e) {
            LOG.error("{} is damaged ({}): begins again with what enrolment gave", path, e.getMessage());
        }
        return new DeviceTrust(device, file, time, deviceClass, store);
    }

    /** Begins with what enrolment gave, where nothing was kept. */
    public synchronized void begin(byte[] given) throws IOException, RejectedException {
        if (store == null) {
            keep(TrustStore.parse(given).orThrow());
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
        if (!next.equals(store)) {
            file.write(next.toBytes());
            store = next;
        }
    }
}
