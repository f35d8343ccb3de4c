package io.espalier.agent.delivery;

import io.espalier.agent.delivery.RetainedTopics.Arrival;
import io.espalier.proto.Sha256;
import io.espalier.proto.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Downloads parts of one artifact through a sliding window of exact topics.
 *
 * <p>A missing retained message is silence. What is left when no other part comes any more is sought on ever harder ways:
 * subscribe, subscribe again, ask for it, HTTP. Where the connection breaks, what is open is subscribed to on the next one.
 */
final class PartDownload {
    static final int WINDOW = 6;
    private static final int MOST_BAD_COPIES = 3;
    private static final Duration TICK = Duration.ofMillis(50);

    private final Sha256 digest;
    private final Topics topics;
    private final FetchConnection connection;
    private final NeedChannel need;
    private final ArtifactHttp http;
    private final Silence silence;
    private final BooleanSupplier wanted;
    private final Map<String, Part> open = new LinkedHashMap<>();
    private @Nullable RetainedTopics lastUsed;

    PartDownload(
            Sha256 digest,
            Topics topics,
            FetchConnection connection,
            NeedChannel need,
            ArtifactHttp http,
            Silence silence,
            BooleanSupplier wanted) {
        this.digest = digest;
        this.topics = topics;
        this.connection = connection;
        this.need = need;
        this.http = http;
        this.silence = silence;
        this.wanted = wanted;
    }

    /** Takes the bytes of one part; false where they are not the right ones. */
    @FunctionalInterface
    interface Taker {
        boolean take(int chunk, byte[] bytes) throws IOException;
    }

    /** The search was given up because nobody wants the artifact any more. */
    static final class AbandonedException extends Exception {}

    /** Throws IOException where a part does not come over any way, or the disk fails. */
    void run(Deque<Integer> missing, int mostBytes, Taker taker)
            throws IOException, InterruptedException, CorruptArtifactException, AbandonedException {
        while (!missing.isEmpty() || !open.isEmpty()) {
            if (!wanted.getAsBoolean()) {
                throw new AbandonedException();
            }
            RetainedTopics on = standing(missing);
            if (on != null) {
                takeFrom(on, missing, mostBytes, taker);
            } else if (connection.isGivenUp()) {
                overHttp(part(missing.remove()), mostBytes, taker);
            } else {
                connection.pause(TICK);
            }
        }
    }

    /** What was subscribed to on a connection that is gone is missing again. */
    private @Nullable RetainedTopics standing(Deque<Integer> missing) {
        RetainedTopics on = connection.standing();
        if (on != lastUsed) {
            requeue(missing);
            lastUsed = on;
        }
        return on;
    }

    private void takeFrom(RetainedTopics on, Deque<Integer> missing, int mostBytes, Taker taker)
            throws IOException, InterruptedException, CorruptArtifactException {
        fillWindow(missing, on);
        Optional<Arrival> arrival = on.poll(TICK);
        if (arrival.isPresent()) {
            accept(arrival.get(), missing, on, mostBytes, taker);
        }
        for (Part part : new ArrayList<>(open.values())) {
            if (silence.isTooLongFor(part)) {
                tryHarder(part, on, mostBytes, taker);
            }
        }
    }

    private void fillWindow(Deque<Integer> missing, RetainedTopics on) {
        while (open.size() < WINDOW && !missing.isEmpty()) {
            Part part = part(missing.remove());
            open.put(part.topic(), part);
            on.subscribe(part.topic());
        }
    }

    private void requeue(Deque<Integer> missing) {
        for (Part part : open.values()) {
            missing.addFirst(part.chunk());
        }
        open.clear();
    }

    /** The next part is on its way while this one is verified and written, so one more than the window may be open. */
    private void accept(Arrival arrival, Deque<Integer> missing, RetainedTopics from, int mostBytes, Taker taker)
            throws IOException, InterruptedException, CorruptArtifactException {
        arrival.acknowledge().run();
        Part part = open.get(arrival.topic());
        if (arrival.payload().length == 0) {
            return;
        }
        if (part == null) {
            silence.brokenByCopy();
            return;
        }
        open.remove(part.topic());
        fillWindow(missing, from);
        if (arrival.payload().length <= mostBytes && taker.take(part.chunk(), arrival.payload())) {
            silence.brokenBy(part);
            connection.brought();
            from.unsubscribe(part.topic());
            return;
        }
        open.put(part.topic(), part);
        if (part.countBadCopy() >= MOST_BAD_COPIES) {
            overHttp(part, mostBytes, taker);
            close(part, from);
        }
    }

    private void tryHarder(Part part, RetainedTopics on, int mostBytes, Taker taker)
            throws IOException, InterruptedException, CorruptArtifactException {
        switch (part.stage()) {
            case SUBSCRIBED -> {
                on.unsubscribe(part.topic());
                on.subscribe(part.topic());
                silence.askedAgain();
                part.enter(Part.Stage.SUBSCRIBED_AGAIN, silence.nanoTime());
            }
            case SUBSCRIBED_AGAIN -> {
                need.ask(digest, part.chunk());
                part.enter(Part.Stage.ASKED, silence.nanoTime());
            }
            case ASKED -> {
                overHttp(part, mostBytes, taker);
                close(part, on);
            }
        }
    }

    private void overHttp(Part part, int mostBytes, Taker taker)
            throws IOException, InterruptedException, CorruptArtifactException {
        byte[] bytes = http.get(digest, part, mostBytes);
        if (!taker.take(part.chunk(), bytes)) {
            throw new CorruptArtifactException(
                    part + " of artifact " + digest + " came over MQTT or HTTP, but never with the right digest");
        }
    }

    private void close(Part part, RetainedTopics on) {
        open.remove(part.topic());
        on.unsubscribe(part.topic());
    }

    private Part part(int chunk) {
        String topic = chunk == Part.MANIFEST ? topics.manifest(digest) : topics.chunk(digest, chunk);
        return new Part(chunk, topic, silence.nanoTime());
    }
}
