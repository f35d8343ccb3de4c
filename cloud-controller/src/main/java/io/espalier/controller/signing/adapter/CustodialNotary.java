package io.espalier.controller.signing.adapter;

import io.espalier.controller.signing.Notary;
import io.espalier.signing.CustodyException;
import io.espalier.signing.Signer;
import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Signs with the keys in custody, and notices within seconds when an operator has put a newer root into the folder. */
@Singleton
final class CustodialNotary implements Notary {
    private static final Logger LOG = Logger.getLogger(CustodialNotary.class);
    private static final int LOOK_SECONDS = 3;
    private static final Duration WARN_BEFORE_EXPIRY = Duration.ofDays(30);

    private final KeyCustody custody;
    private final Clock clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "root-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Present present;

    /** The newest root, those before it, and what can sign under it. */
    private record Present(TrustedRoot root, List<byte[]> roots, Map<Role, List<Signer>> signers) {}

    CustodialNotary(KeyCustody custody, Clock clock) {
        this.custody = custody;
        this.clock = clock;
    }

    /** Keys that cannot be used are found out at the start, not at the first delivery. */
    void prepare(@Observes @Priority(6) StartupEvent event) {
        try {
            present();
        } catch (CustodyException e) {
            throw new ConfigurationException("espalier.signing: " + e.getMessage());
        }
        watch.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        watch.shutdownNow();
    }

    private void look() {
        try {
            if (!custody.hasRoot(root().version() + 1)) {
                return;
            }
            Present next = load();
            present = next;
            LOG.infof("Root %d counts from now on", next.root().version());
            listeners.forEach(Runnable::run);
        } catch (RuntimeException e) {
            LOG.errorf("A newer root is in the key folder and cannot be taken: %s", e.getMessage());
        }
    }

    private Present present() {
        Present known = present;
        return known == null ? loadOnce() : known;
    }

    private synchronized Present loadOnce() {
        Present known = present;
        if (known == null) {
            custody.prepare();
            known = load();
            present = known;
        }
        return known;
    }

    private Present load() {
        TrustedRoot root = custody.root();
        Map<Role, List<Signer>> signers = new EnumMap<>(Role.class);
        for (Role role : List.of(Role.RELEASE, Role.ASSIGNMENT)) {
            List<Signer> usable = custody.signers(role, root);
            signers.put(role, usable);
            if (usable.size() < root.role(role).threshold()) {
                LOG.errorf("Nothing can be delivered: %s", shortage(role, root, usable.size()));
            }
        }
        if (clock.instant().isAfter(root.expiresAt().minus(WARN_BEFORE_EXPIRY))) {
            LOG.warnf(
                    "Root %d expires at %s; devices then keep their models and take no new ones. Sign the next one:"
                            + " ./espalier keys renew",
                    root.version(), root.expiresAt());
        }
        return new Present(root, List.copyOf(custody.roots()), signers);
    }

    private static String shortage(Role role, TrustedRoot root, int usable) {
        return "root " + root.version() + " asks for " + root.role(role).threshold() + " of its " + role.label()
                + " keys, " + usable + " can be used here";
    }

    @Override
    public TrustedRoot root() {
        return present().root();
    }

    @Override
    public Optional<byte[]> root(long version) {
        List<byte[]> roots = present().roots();
        return version >= 1 && version <= roots.size() ? Optional.of(roots.get((int) version - 1)) : Optional.empty();
    }

    @Override
    public byte[] sign(Role role, byte[] payload) {
        Present now = present();
        List<Signer> usable = now.signers().getOrDefault(role, List.of());
        int threshold = now.root().role(role).threshold();
        if (usable.size() < threshold) {
            throw new CustodyException(shortage(role, now.root(), usable.size()));
        }
        return Signer.envelope(role, payload, usable.subList(0, threshold));
    }

    @Override
    public void onNewRoot(Runnable task) {
        listeners.add(task);
    }
}
