package io.espalier.agent.telemetry;

import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.Steps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a spool, as former runs left them.
 *
 * <p>A disk that takes nothing, or cannot read all of them, keeps nobody from what there is.
 */
final class SpoolFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolFolder.class);
    private static final String CURSOR = "cursor";

    private final Path path;
    private final Epochs epochs;
    private final Clock clock;
    private final Steps steps;

    SpoolFolder(Path path, Epochs epochs, Clock clock, Steps steps) {
        this.path = path;
        this.epochs = epochs;
        this.clock = clock;
        this.steps = steps;
    }

    /** What there is: segments with messages that have not left, oldest first, and where the next message goes on. */
    record Found(Deque<Segment> segments, SpoolCursor cursor) {}

    /** Reads one segment, however many there are, and two where the cursor is lost. Fails where it cannot even be listed. */
    Found read() throws IOException {
        Deque<Segment> segments = segments();
        Optional<SpoolCursor> stored = SpoolCursor.readFrom(path.resolve(CURSOR));
        SpoolCursor cursor = stored.isPresent()
                ? withoutWhatIsGone(stored.get(), segments)
                : new SpoolCursor(
                        drawAbove(largestEpoch(segments)),
                        segments.isEmpty() ? 0 : segments.element().firstSequence() - 1,
                        0);
        if (stored.isEmpty() || !stored.get().equals(cursor)) {
            tryToSave(cursor);
        }
        return new Found(segments, cursor);
    }

    void save(SpoolCursor cursor) throws IOException {
        cursor.writeTo(path.resolve(CURSOR), steps);
    }

    /** Whoever reads this after a power cut works out the same again. */
    private void tryToSave(SpoolCursor cursor) {
        try {
            save(cursor);
        } catch (IOException e) {
            LOG.warn("cannot write what of the telemetry in {} has left ({})", path, e.getMessage());
        }
    }

    Segment create(long firstSequence) throws IOException {
        return Segment.create(path, firstSequence, steps);
    }

    private Deque<Segment> segments() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(path)) {
            files = all.filter(Segment::isOne)
                    .sorted(Comparator.comparingLong(Segment::firstSequenceOf))
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getCause());
        }
        Deque<Segment> found = new ArrayDeque<>();
        for (int i = 0; i < files.size(); i++) {
            boolean last = i == files.size() - 1;
            found.addLast(
                    last
                            ? Segment.last(files.get(i), steps)
                            : Segment.followed(files.get(i), Segment.firstSequenceOf(files.get(i + 1)), steps));
        }
        return found;
    }

    /** On a disk that takes nothing the clock has to do: a model is to serve, whatever becomes of telemetry. */
    private long drawAbove(long seen) {
        try {
            return epochs.drawAbove(seen);
        } catch (IOException e) {
            LOG.warn("cannot keep the epoch of telemetry ({}): goes by the clock", e.getMessage());
            return Math.max(seen + 1, clock.millis());
        }
    }

    /** A segment whose messages have all left was about to be deleted; one that is missing in front was lost with all it had. */
    private static SpoolCursor withoutWhatIsGone(SpoolCursor cursor, Deque<Segment> found) {
        while (!found.isEmpty() && found.element().lastSequence() <= cursor.acknowledged()) {
            Segment gone = found.remove();
            try {
                gone.delete();
            } catch (IOException e) {
                LOG.warn("cannot delete telemetry that has left ({}): the next start does", e.getMessage());
            }
        }
        long missing = found.isEmpty() ? 0 : found.element().firstSequence() - 1 - cursor.acknowledged();
        return missing <= 0
                ? cursor
                : new SpoolCursor(cursor.epoch(), cursor.acknowledged() + missing, cursor.dropped() + missing);
    }

    /** Of the newest record that can be read. What cannot be is no obstacle: the epoch drawn last is on record elsewhere. */
    private static long largestEpoch(Deque<Segment> found) {
        for (Iterator<Segment> newest = found.descendingIterator(); newest.hasNext(); ) {
            try {
                List<SpoolRecord> records = newest.next().scan();
                if (!records.isEmpty()) {
                    return records.get(records.size() - 1).epoch();
                }
            } catch (IOException e) {
                LOG.warn("cannot read telemetry of a former run ({})", e.getMessage());
            }
        }
        return 0;
    }
}
