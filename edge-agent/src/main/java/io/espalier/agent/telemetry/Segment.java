package io.espalier.agent.telemetry;

import io.espalier.agent.state.Steps;
import io.espalier.host.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One append-only file of the spool, named by the first sequence it may hold; the next one begins where it ends, so names alone
 * say how much there is. Streams and not channels, because an interrupt closes a channel in the middle of a write.
 */
final class Segment {
    private static final Pattern NAME = Pattern.compile("[0-9]{19,20}\\.log");

    private final Path path;
    private final Steps steps;
    private final long firstSequence;
    private long lastSequence;
    private long bytes;
    private long newestMillis;
    private OptionalLong appendedNanos = OptionalLong.empty();
    private boolean sealed;
    /** Sequences that were never written here, which is not the same as lost; null until the file has been read. */
    private @Nullable TreeSet<Long> gaps;

    private Segment(Path path, Steps steps, long lastSequence) {
        this.path = path;
        this.steps = steps;
        this.firstSequence = firstSequenceOf(path);
        this.lastSequence = lastSequence;
    }

    static boolean isOne(Path path) {
        return NAME.matcher(String.valueOf(path.getFileName())).matches();
    }

    static long firstSequenceOf(Path path) {
        String name = String.valueOf(path.getFileName());
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    static Segment create(Path folder, long firstSequence, Steps steps) throws IOException {
        Path path = folder.resolve(String.format("%020d.log", firstSequence));
        steps.before("create " + path.getFileName());
        Files.deleteIfExists(path); // Left by an attempt that failed behind this line; nothing was ever written to it.
        Files.createFile(path);
        // Were the name lost in a power cut, its sequences would be given to other records.
        Folders.syncNameOf(path);
        Segment segment = new Segment(path, steps, firstSequence - 1);
        segment.gaps = new TreeSet<>();
        return segment;
    }

    /** A file that another one follows: not read before it is needed. */
    static Segment followed(Path path, long firstSequenceOfNext, Steps steps) throws IOException {
        Segment segment = new Segment(path, steps, firstSequenceOfNext - 1);
        segment.bytes = Files.size(path);
        segment.sealed = true;
        return segment;
    }

    /**
     * The last file. Where its end is damaged or torn it takes no more records and keeps what it has, so that the loss is
     * counted when its turn comes, and once, however often the agent starts until then.
     */
    static Segment last(Path path, Steps steps) throws IOException {
        Segment segment = new Segment(path, steps, firstSequenceOf(path) - 1);
        segment.bytes = Files.size(path);
        try {
            SegmentContent content = segment.content();
            segment.learn(content);
            segment.lastSequence = content.lastSequence();
            segment.sealed = content.endBytes() < segment.bytes;
        } catch (IOException e) {
            // It may be readable later. Until then no record may take a name that one in it may have.
            segment.lastSequence += SpoolRecord.mostIn(segment.bytes);
            segment.sealed = true;
        }
        return segment;
    }

    /** Appends and fsyncs; on failure the file is as it was before, or what is too much is cut off before the next, or found when next opened. */
    void append(SpoolRecord record, long nowNanos) throws IOException {
        byte[] framed = record.framed();
        cutWhatIsTooMuch();
        try (OutputStream out = Files.newOutputStream(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND,
                StandardOpenOption.SYNC)) {
            steps.before("append " + record.sequence());
            out.write(framed);
            steps.before("sync " + record.sequence());
        } catch (IOException e) {
            cutWhatIsTooMuch();
            throw e;
        }
        for (long missed = lastSequence + 1; missed < record.sequence(); missed++) {
            gaps().add(missed);
        }
        bytes += framed.length;
        lastSequence = record.sequence();
        appendedNanos = OptionalLong.of(nowNanos);
    }

    private void cutWhatIsTooMuch() throws IOException {
        if (Files.exists(path) && Files.size(path) > bytes) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(bytes);
            }
        }
    }

    boolean takesMore(long fullBytes) {
        return !sealed && bytes < fullBytes;
    }

    /** Every record that is whole, in order. */
    List<SpoolRecord> scan() throws IOException {
        return content().records();
    }

    private SegmentContent content() throws IOException {
        if (Files.notExists(path)) {
            return SegmentContent.of(ByteBuffer.allocate(0), firstSequence);
        }
        try (InputStream in = Files.newInputStream(path)) {
            SegmentContent content = SegmentContent.of(ByteBuffer.wrap(in.readAllBytes()), firstSequence);
            learn(content);
            return content;
        }
    }

    private void learn(SegmentContent content) {
        if (gaps == null) {
            gaps = new TreeSet<>(content.gaps());
            for (SpoolRecord record : content.records()) {
                newestMillis = Math.max(newestMillis, record.atMillis());
            }
        }
    }

    private TreeSet<Long> gaps() {
        return gaps == null ? new TreeSet<>() : gaps;
    }

    /** How many of the records with sequences above {@code after}, up to {@code upTo}, cannot be read any more. */
    long lost(long after, long upTo) throws IOException {
        if (after >= lastSequence || upTo < firstSequence) {
            return 0;
        }
        long whole = scan().stream()
                .filter(record -> record.sequence() > after && record.sequence() <= upTo)
                .count();
        return written(after, upTo) - whole;
    }

    /** How many records with sequences above {@code after}, up to {@code upTo}, were written here. */
    long written(long after, long upTo) {
        long from = Math.max(after, firstSequence - 1);
        long to = Math.min(upTo, lastSequence);
        return to <= from ? 0 : to - from - gaps().subSet(from, false, to, true).size();
    }

    void delete() throws IOException {
        steps.before("delete " + path.getFileName());
        Files.deleteIfExists(path);
    }

    long bytes() {
        return bytes;
    }

    long firstSequence() {
        return firstSequence;
    }

    long lastSequence() {
        return lastSequence;
    }

    /** When this run last appended a record, by its steady clock; empty where it has not. */
    OptionalLong appendedNanos() {
        return appendedNanos;
    }

    /** Of what a former run wrote, by its clock; of a file that cannot be read, when it was last written. */
    long newestMillis() {
        if (gaps == null) {
            try {
                content();
            } catch (IOException e) {
                return lastWrittenMillis();
            }
        }
        return newestMillis;
    }

    private long lastWrittenMillis() {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
