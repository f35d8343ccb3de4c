package io.espalier.agent.telemetry;

import io.espalier.agent.state.Epochs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages on disk until they are acknowledged, in order.
 *
 * <p>Bounded by bytes and age: the oldest segment goes first and its unsent records are counted. A record is fsynced
 * before it can be sent, so a sequence number never names two records; where the cursor is lost a new epoch begins.
 */
public final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final long SEGMENT_BYTES = 256 << 10;

    private final Path folder;
    private final long maxBytes;
    private final Duration maxAge;
    private final Clock clock;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private SpoolCursor cursor;
    private long nextSequence;
    private boolean writable = true;

    /** Limits of the spool. */
    public record Limits(long maxBytes, Duration maxAge) {}

    /** Makes a message once its name is known. */
    @FunctionalInterface
    public interface Body {
        byte[] of(long epoch, long sequence, long droppedSoFar);
    }

    private Spool(Path folder, Limits limits, Clock clock, List<Segment> found, SpoolCursor cursor) {
        this.folder = folder;
        this.maxBytes = limits.maxBytes();
        this.maxAge = limits.maxAge();
        this.clock = clock;
        this.cursor = cursor;
        this.segments.addAll(found);
        this.nextSequence =
                found.stream().mapToLong(Segment::lastSequence).reduce(cursor.acknowledged(), Math::max) + 1;
    }

    public static Spool open(Path folder, Limits limits, Epochs epochs, Clock clock) throws IOException {
        List<Segment> found = new ArrayList<>();
        long largestEpoch = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Segment::isOne).sorted().toList()) {
                Segment segment = Segment.recover(file);
                if (segment.records() == 0) {
                    segment.delete();
                    continue;
                }
                found.add(segment);
                for (SpoolRecord record : segment.scan()) {
                    largestEpoch = Math.max(largestEpoch, record.epoch());
                }
            }
        }
        Path cursorFile = folder.resolve("cursor");
        Optional<SpoolCursor> stored = SpoolCursor.readFrom(cursorFile);
        SpoolCursor cursor = stored.isPresent() ? stored.get() : new SpoolCursor(epochs.drawAbove(largestEpoch), 0, 0);
        if (stored.isEmpty()) {
            cursor.writeTo(cursorFile);
        }
        return new Spool(folder, limits, clock, found, cursor);
    }

    /** Appends a message. Never fails for lack of space: then the oldest go, or this one does, and are counted. */
    public synchronized void append(SpoolRecord.Kind kind, Body body) {
        long sequence = nextSequence++;
        long atMillis = clock.millis();
        SpoolRecord record = new SpoolRecord(
                kind, cursor.epoch(), sequence, atMillis, body.of(cursor.epoch(), sequence, cursor.dropped()));
        try {
            dropOld(record.framed().length, atMillis);
            write(record);
            if (!writable) {
                LOG.info("can write telemetry to {} again; {} messages were lost", folder, cursor.dropped());
            }
            writable = true;
        } catch (IOException e) {
            retryAfterDropping(record, e);
        }
        notifyAll();
    }

    private void write(SpoolRecord record) throws IOException {
        Segment last = segments.peekLast();
        if (last == null || last.bytes() >= SEGMENT_BYTES) {
            last = Segment.create(folder, record.sequence());
            segments.addLast(last);
        }
        last.append(record);
    }

    private void retryAfterDropping(SpoolRecord record, IOException first) {
        if (writable) {
            LOG.warn(
                    "cannot write telemetry to {} ({}), dropping the oldest until there is room",
                    folder,
                    first.getMessage());
        }
        writable = false;
        try {
            if (!segments.isEmpty()) {
                dropOldest();
            }
            write(record);
        } catch (IOException again) {
            cursor = new SpoolCursor(cursor.epoch(), cursor.acknowledged(), cursor.dropped() + 1);
        }
    }

    private void dropOld(int bytesToCome, long nowMillis) throws IOException {
        long total = segments.stream().mapToLong(Segment::bytes).sum() + bytesToCome;
        while (!segments.isEmpty()) {
            Segment oldest = segments.element();
            boolean aged = nowMillis - oldest.newestMillis() > maxAge.toMillis();
            if (total <= maxBytes && !aged) {
                return;
            }
            total -= oldest.bytes();
            dropOldest();
        }
    }

    private void dropOldest() throws IOException {
        Segment oldest = segments.remove();
        long sent = oldest.scan().stream()
                .filter(record -> record.sequence() <= cursor.acknowledged())
                .count();
        long unsent = oldest.records() - sent;
        cursor = new SpoolCursor(
                cursor.epoch(), Math.max(cursor.acknowledged(), oldest.lastSequence()), cursor.dropped() + unsent);
        oldest.delete();
        saveCursor();
    }

    private void saveCursor() throws IOException {
        cursor.writeTo(folder.resolve("cursor"));
    }

    /** Up to {@code most} of the oldest unsent messages, after waiting for one at most so long. */
    public synchronized List<SpoolRecord> awaitOldest(int most, Duration wait)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            List<SpoolRecord> oldest = oldest(most);
            long left = deadline - System.nanoTime();
            if (!oldest.isEmpty() || left <= 0) {
                return oldest;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private List<SpoolRecord> oldest(int most) throws IOException {
        while (!segments.isEmpty()) {
            Segment first = segments.element();
            List<SpoolRecord> unsent = first.scan().stream()
                    .filter(record -> record.sequence() > cursor.acknowledged())
                    .limit(most)
                    .toList();
            if (!unsent.isEmpty()) {
                return unsent;
            }
            acknowledge(first.lastSequence()); // What it has left cannot be read: it would be waited for in vain.
        }
        return List.of();
    }

    /** Removes every message up to and including this one; those among them that could not be read count as dropped. */
    public synchronized void acknowledge(long sequence) throws IOException {
        long acknowledged = Math.max(cursor.acknowledged(), sequence);
        long unreadable = 0;
        for (Segment segment : segments) {
            unreadable += segment.lastSequence() <= acknowledged ? segment.unreadable() : 0;
        }
        if (unreadable > 0) {
            LOG.warn("{} messages in {} were damaged and are lost", unreadable, folder);
        }
        cursor = new SpoolCursor(cursor.epoch(), acknowledged, cursor.dropped() + unreadable);
        saveCursor();
        while (!segments.isEmpty() && segments.element().lastSequence() <= cursor.acknowledged()) {
            segments.remove().delete();
        }
    }

    /** Messages lost to the limits since the epoch began. */
    public synchronized long dropped() {
        return cursor.dropped();
    }
}
