package io.espalier.agent.shadow;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.link.Backoff;
import io.espalier.agent.link.Causes;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Desired;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works on one thing at a time until the device is as desired; what fails is tried again at growing intervals. */
public final class Convergence implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Convergence.class);

    private final Measuring measuring;
    private final Deploying deploying;
    private final ArtifactFetcher fetcher;
    private final Reporter reporter;
    private final StatePublisher publisher;
    private final Backoff backoff;
    private final Wish wish = new Wish();
    private String lastObstacle = "";

    public Convergence(
            Measuring measuring,
            Deploying deploying,
            ArtifactFetcher fetcher,
            Reporter reporter,
            StatePublisher publisher,
            Backoff backoff) {
        this.measuring = measuring;
        this.deploying = deploying;
        this.fetcher = fetcher;
        this.reporter = reporter;
        this.publisher = publisher;
        this.backoff = backoff;
    }

    /** Takes a desired state from the wire; never blocks. */
    public void desired(byte[] payload) {
        if (payload.length == 0) {
            return;
        }
        try {
            wish.offer(Desired.parseFrom(payload));
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("ignored a desired state that is not one: {}", e.getMessage());
        }
    }

    /** Publishes everything this device has to say, after a connect. */
    public void publishAll() {
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

    private String tryToConverge(Desired desired) throws InterruptedException {
        try {
            return converge(desired);
        } catch (IOException | RuntimeException e) {
            return Causes.inShort(e);
        }
    }

    /** The model first: a device that works comes before a device that is known. Answers the first obstacle. */
    private String converge(Desired desired) throws IOException, InterruptedException {
        reporter.answers(desired.getVersion());
        fetcher.keepOnly(undone(desired));
        List<String> obstacles = new ArrayList<>();
        if (desired.hasModel() && !deploying.isDecided(desired.getModel())) {
            obstacles.add(deploying.deploy(desired.getModel(), fetcher, wish, reporter));
        }
        for (String digest : desired.getMeasureList()) {
            Sha256 suite = new Sha256(digest);
            if (!measuring.isDone(suite) && wish.names(digest)) {
                obstacles.add(measuring.measure(suite, fetcher, () -> wish.names(digest), reporter, publisher));
            }
        }
        obstacles.removeIf(String::isEmpty);
        if (obstacles.isEmpty()) {
            fetcher.keepOnly(Set.of());
            return "";
        }
        return obstacles.get(0);
    }

    /** What may have to be fetched; parts of anything else only take the room this needs. */
    private Set<String> undone(Desired desired) {
        Set<String> digests = new HashSet<>(desired.getMeasureList());
        if (desired.hasModel() && !deploying.isDecided(desired.getModel())) {
            digests.add(desired.getModel().getArtifactDigest());
        }
        return digests;
    }
}
