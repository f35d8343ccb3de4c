package io.espalier.agent.telemetry;

import io.espalier.agent.state.Epochs;
import io.espalier.agent.state.Steps;
import io.espalier.proto.UploadLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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
    private static final int MOST_FAILED_READS = 10;

    private final Path path;
    private final SpoolFolder folder;
    private final long maxBytes;
    private final Duration maxAge;
    private final Clock clock;
    private final LongSupplier nanos;
    private final long openedMillis;
    private final long openedNanos;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private boolean begun;
    private SpoolCursor cursor = new SpoolCursor(0, 0, 0);
    private long nextSequence;
    private boolean writable = true;
    private int failedReads;

    /** Limits of the spool. */
    public record Limits(long maxBytes, Duration maxAge) {}

    /** Makes a message once its name is known. */
    @FunctionalInterface
    public interface Body {
        byte[] of(long epoch, long sequence, long droppedSoFar);
    }

    private Spool(Path path, SpoolFolder folder, Limits limits, Clock clock, LongSupplier nanos) {
        this.path = path;
        this.folder = folder;
        this.maxBytes = limits.maxBytes();
        this.maxAge = limits.maxAge();
        this.clock = clock;
        this.nanos = nanos;
        this.openedMillis = clock.millis();
        this.openedNanos = nanos.getAsLong();
    }

    /** Never fails: a folder that cannot be read is tried again with each message, and those until then are counted as dropped. */
    public static Spool open(Path folder, Limits limits, Epochs epochs, Clock clock) {
        return open(folder, limits, epochs, clock, System::nanoTime, Steps.UNWATCHED);
    }

    /** {@code nanos} is a clock that nobody sets. */
    static Spool open(Path path, Limits limits, Epochs epochs, Clock clock, LongSupplier nanos, Steps steps) {
        Spool spool = new Spool(path, new SpoolFolder(path, epochs, clock, steps), limits, clock, nanos);
        try {
            spool.begin();
        } catch (IOException e) {
            LOG.warn("cannot read the telemetry in {} ({}), drops what is new until it can", path, e.getMessage());
        }
        return spool;
    }

    /** Takes over what former runs left, once: before, no number is known to be free. */
    private void begin() throws IOException {
        if (begun) {
            return;
        }
        SpoolFolder.Found found = folder.read();
        segments.addAll(found.segments());
        SpoolCursor left = found.cursor();
        nextSequence = segments.stream().mapToLong(Segment::lastSequence).reduce(left.acknowledged(), Math::max) + 1;
        if (cursor.dropped() > 0) {
            LOG.info("can read the telemetry in {} again; {} messages were lost", path, cursor.dropped());
        }
        cursor = new SpoolCursor(left.epoch(), left.acknowledged(), left.dropped() + cursor.dropped());
        begun = true;
    }

    /** Appends a message. Never fails for lack of space: then the oldest go, or this one does, and are counted. */
    public synchronized void append(SpoolRecord.Kind kind, Body body) {
        try {
            begin();
        } catch (IOException e) {
            loseOne(); // Said when it was opened.
            return;
        }
        long sequence = nextSequence++;
        SpoolRecord record = new SpoolRecord(
                kind, cursor.epoch(), sequence, clock.millis(), body.of(cursor.epoch(), sequence, cursor.dropped()));
        if (record.body().length > UploadLimits.MOST_RECORD_BYTES) {
            LOG.warn("drops a message of {} bytes, as no way off this device takes it", record.body().length);
            loseOne();
            return;
        }
        try {
            dropOld(record.framed().length);
            write(record);
            if (!writable) {
                LOG.info("can write telemetry to {} again; {} messages were lost", path, cursor.dropped());
            }
            writable = true;
        } catch (IOException e) {
            retryAfterDropping(record, e);
        }
        notifyAll();
    }

    private void write(SpoolRecord record) throws IOException {
        Segment last = segments.peekLast();
        if (last == null || !last.takesMore(SEGMENT_BYTES)) {
            long first = (last == null ? cursor.acknowledged() : last.lastSequence()) + 1;
            last = folder.create(first);
            segments.addLast(last);
        }
        last.append(record, nanos.getAsLong());
    }

    private void retryAfterDropping(SpoolRecord record, IOException first) {
        if (writable) {
            LOG.warn(
                    "cannot write telemetry to {} ({}), dropping the oldest until there is room",
                    path,
                    first.getMessage());
        }
        writable = false;
        try {
            if (!segments.isEmpty()) {
                dropOldest();
            }
            write(record);
        } catch (IOException again) {
            loseOne();
        }
    }

    /** Its number is never written, so nobody else counts it. */
    private void loseOne() {
        cursor = new SpoolCursor(cursor.epoch(), cursor.acknowledged(), cursor.dropped() + 1);
    }

    private void dropOld(int bytesToCome) throws IOException {
        long total = segments.stream().mapToLong(Segment::bytes).sum() + bytesToCome;
        while (!segments.isEmpty()) {
            Segment oldest = segments.element();
            boolean aged = age(oldest).compareTo(maxAge) > 0;
            if (total <= maxBytes && !aged) {
                return;
            }
            total -= oldest.bytes();
            dropOldest();
        }
    }

    /**
     * A clock that is set while this runs, as it is after a start without a network, makes nothing older or younger. What a
     * former run left is as old as the clock said when this one began.
     */
    private Duration age(Segment segment) {
        OptionalLong appended = segment.appendedNanos();
        return appended.isPresent()
                ? Duration.ofNanos(nanos.getAsLong() - appended.getAsLong())
                : Duration.ofNanos(nanos.getAsLong() - openedNanos)
                        .plusMillis(Math.max(0, openedMillis - segment.newestMillis()));
    }

    private void dropOldest() throws IOException {
        Segment oldest = segments.remove();
        long unsent = oldest.written(cursor.acknowledged(), oldest.lastSequence());
        cursor = new SpoolCursor(
                cursor.epoch(), Math.max(cursor.acknowledged(), oldest.lastSequence()), cursor.dropped() + unsent);
        try {
            saveCursor();
            oldest.delete();
        } catch (IOException e) {
            // On a full disk the cursor can be written only once the segment is gone.
            oldest.delete();
            saveCursor();
        }
    }

    private void saveCursor() throws IOException {
        folder.save(cursor);
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
        begin();
        while (!segments.isEmpty()) {
            Segment first = segments.element();
            List<SpoolRecord> unsent = readUnsent(first).stream().limit(most).toList();
            if (!unsent.isEmpty()) {
                return unsent;
            }
            if (first == segments.peek()) {
                acknowledge(first.lastSequence()); // What it has left cannot be read: it would be waited for in vain.
            }
        }
        return List.of();
    }

    /** A file that cannot be read again and again must not hold up those behind it. */
    private List<SpoolRecord> readUnsent(Segment first) throws IOException {
        try {
            List<SpoolRecord> unsent = first.scan().stream()
                    .filter(record -> record.sequence() > cursor.acknowledged())
                    .toList();
            failedReads = 0;
            return unsent;
        } catch (IOException e) {
            if (++failedReads < MOST_FAILED_READS) {
                throw e;
            }
            LOG.warn("gives up reading the oldest telemetry in {} ({}) and drops it", path, e.getMessage());
            failedReads = 0;
            dropOldest();
            return List.of();
        }
    }

    /** Removes every message up to and including this one; those among them that could not be read count as dropped. */
    public synchronized void acknowledge(long sequence) throws IOException {
        long acknowledged = Math.max(cursor.acknowledged(), sequence);
        long unreadable = 0;
        for (Segment segment : segments) {
            unreadable +=
                    segment.firstSequence() <= acknowledged ? segment.lost(cursor.acknowledged(), acknowledged) : 0;
        }
        if (unreadable > 0) {
            LOG.warn("{} messages in {} were damaged and are lost", unreadable, path);
        }
        cursor = new SpoolCursor(cursor.epoch(), acknowledged, cursor.dropped() + unreadable);
        saveCursor();
        while (!segments.isEmpty() && segments.element().lastSequence() <= cursor.acknowledged()) {
            segments.remove().delete();
        }
    }

    /** Messages lost to the limits, to damage or to a disk that took no more, since the epoch began. */
    public synchronized long dropped() {
        return cursor.dropped();
    }

    /** How full it is. */
    public record Usage(long bytes, long maxBytes, long records, long dropped) {}

    public synchronized Usage usage() {
        return new Usage(
                segments.stream().mapToLong(Segment::bytes).sum(),
                maxBytes,
                segments.stream()
                        .mapToLong(segment -> segment.written(cursor.acknowledged(), segment.lastSequence()))
                        .sum(),
                cursor.dropped());
    }
}
