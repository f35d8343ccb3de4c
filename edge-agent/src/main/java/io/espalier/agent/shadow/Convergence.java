package io.espalier.agent.shadow;

import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Causes;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Event;
import io.espalier.trust.Rejection;
import io.espalier.trust.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works on one thing at a time until the device is as desired; what fails is tried again at growing intervals. */
public final class Convergence implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Convergence.class);
    private static final String EXPIRED = "expired";

    private final DeviceTrust trust;
    private final Measuring measuring;
    private final Deploying deploying;
    private final Upgrading upgrading;
    private final ArtifactFetcher fetcher;
    private final Reporter reporter;
    private final StatePublisher publisher;
    private final Backoff backoff;
    private final Wish wish = new Wish();
    private final TelemetryRecorder telemetry;
    private final Runnable renewal;
    private String lastObstacle = "";
    private String lastRefusal = "";

    /** {@code renewal} asks the controller for an assignment that is signed now; not oftener than is good. */
    public Convergence(
            DeviceTrust trust,
            Measuring measuring,
            Deploying deploying,
            Upgrading upgrading,
            ArtifactFetcher fetcher,
            Reporter reporter,
            StatePublisher publisher,
            TelemetryRecorder telemetry,
            Runnable renewal,
            Backoff backoff) {
        this.trust = trust;
        this.measuring = measuring;
        this.deploying = deploying;
        this.upgrading = upgrading;
        this.fetcher = fetcher;
        this.reporter = reporter;
        this.publisher = publisher;
        this.backoff = backoff;
        this.telemetry = telemetry;
        this.renewal = renewal;
    }

    /** Takes a signed assignment from the wire; waits for nothing but one small write to disk. */
    public synchronized void desired(byte[] payload) {
        if (payload.length == 0) {
            return;
        }
        try {
            Verdict<Assignment> verdict = trust.accept(payload);
            if (verdict instanceof Verdict.Verified<Assignment> verified) {
                lastRefusal = "";
                wish.offer(verified.value());
            } else if (verdict instanceof Verdict.Rejected<Assignment> rejected) {
                refuse("an assignment", rejected.rejection());
                renewal.run();
            }
        } catch (IOException e) {
            notKept("an assignment", e);
        }
    }

    /** Asks again where the latest word from the controller was not taken: the answer may have been lost. */
    public synchronized void renewWhatWasRefused() {
        if (!lastRefusal.isEmpty()) {
            renewal.run();
        }
    }

    /** Says again that this program has reached the controller, where that could not be kept. */
    public void confirmAgain() {
        upgrading.confirmAgain(reporter);
    }

    /** Takes the next root from the wire. */
    public synchronized void root(byte[] payload) {
        if (payload.length == 0) {
            return;
        }
        try {
            Optional<Rejection> rejection = trust.follow(payload);
            rejection.ifPresent(refused -> refuse("a root", refused));
        } catch (IOException e) {
            notKept("a root", e);
        }
    }

    /** What could not be kept on disk is not acted on; it is asked for again like what was refused. */
    private void notKept(String what, IOException failure) {
        String text = "cannot keep " + what + ", " + Causes.inShort(failure);
        if (!text.equals(lastRefusal)) {
            lastRefusal = text;
            LOG.warn("{}: it is not followed yet", text);
        }
    }

    /** Says so once, however often the broker repeats it. */
    private void refuse(String what, Rejection rejection) {
        String text = "refused " + what + ", " + rejection;
        if (!text.equals(lastRefusal)) {
            lastRefusal = text;
            LOG.warn("{}", text);
            telemetry.event(
                    Event.Kind.KIND_REFUSED,
                    text,
                    Map.of("reason", rejection.reason().name()));
        }
    }

    /** Publishes everything this device has to say, after a connect. */
    public void publishAll() {
        upgrading.confirm(reporter);
        reporter.publish();
        try {
            measuring.publishAll(publisher);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("cannot read the stored profiles: {}", Causes.inShort(e));
        }
    }

    /** Runs until its thread is interrupted. */
    @Override
    public void run() {
        try {
            @Nullable Duration retryAfter = null;
            while (!Thread.currentThread().isInterrupted()) {
                String obstacle = tryToConverge(wish.take(retryAfter));
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (obstacle.isEmpty()) {
                    retryAfter = null;
                    backoff.reset();
                } else {
                    retryAfter = backoff.next();
                    if (!obstacle.equals(lastObstacle)) {
                        LOG.warn("not yet as desired ({}), trying again in {} s", obstacle, retryAfter.toSeconds());
                    }
                }
                lastObstacle = obstacle;
                reporter.rest(obstacle);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String tryToConverge(Assignment order) throws InterruptedException {
        try {
            String obstacle = converge(order);
            if (obstacle.startsWith(EXPIRED)) {
                renewal.run();
            }
            return obstacle;
        } catch (IOException | RuntimeException e) {
            return Causes.inShort(e);
        }
    }

    /** The model first: a device that works comes before a device that is known. Answers the first obstacle. */
    private String converge(Assignment order) throws IOException, InterruptedException {
        Desired desired = order.getDesired();
        reporter.answers(desired.getVersion());
        fetcher.keepOnly(undone(order));
        List<String> obstacles = new ArrayList<>();
        if (desired.hasModel() && !deploying.isDecided(desired.getModel())) {
            obstacles.add(deploying.deploy(order, fetcher, wish, reporter));
        }
        for (String digest : desired.getMeasureList()) {
            Sha256 suite = new Sha256(digest);
            if (!measuring.isDone(suite) && wish.names(digest)) {
                obstacles.add(measuring.measure(suite, fetcher, () -> wish.names(digest), reporter, publisher));
            }
        }
        if (upgrading.isWanted(order) && wish.names(Upgrading.artifact(order).hex())) {
            obstacles.add(upgrading.upgrade(order, fetcher, wish, reporter));
        }
        obstacles.removeIf(String::isEmpty);
        if (obstacles.isEmpty()) {
            fetcher.keepOnly(Set.of());
            return "";
        }
        return obstacles.get(0);
    }

    /** What may have to be fetched; parts of anything else only take the room this needs. */
    private Set<String> undone(Assignment order) throws IOException {
        Desired desired = order.getDesired();
        Set<String> digests = new HashSet<>(desired.getMeasureList());
        if (desired.hasModel() && !deploying.isDecided(desired.getModel())) {
            digests.add(desired.getModel().getArtifactDigest());
        }
        if (upgrading.isWanted(order)) {
            digests.add(desired.getAgent().getArtifactDigest());
        }
        return digests;
    }
}
