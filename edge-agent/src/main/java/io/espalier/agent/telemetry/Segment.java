package io.espalier.agent.telemetry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One append-only file of the spool. A record that cannot be read is stepped over; what follows the last whole one is cut
 * off when the file is opened. Not a channel, because an interrupt closes one in the middle of a write.
 */
final class Segment {
    private static final String SUFFIX = ".log";

    private final Path path;
    private final long firstSequence;
    private long bytes;
    private long lastSequence;
    private long newestMillis;
    private long records;

    private Segment(Path path, long firstSequence) {
        this.path = path;
        this.firstSequence = firstSequence;
    }

    /** What a file holds: whole records, how many between them cannot be read, and where the last whole one ends. */
    private record Content(List<SpoolRecord> records, long unreadable, int endBytes) {}

    static boolean isOne(Path path) {
        return path.toString().endsWith(SUFFIX);
    }

    static Segment create(Path folder, long firstSequence) throws IOException {
        Path path = folder.resolve(String.format("%020d%s", firstSequence, SUFFIX));
        Files.createFile(path);
        return new Segment(path, firstSequence);
    }

    /** Opens an existing file and repairs its tail. */
    static Segment recover(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        Segment segment = new Segment(path, Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        Content content = segment.content();
        content.records().forEach(segment::count);
        segment.records += content.unreadable();
        segment.bytes = content.endBytes();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            if (file.length() > segment.bytes) {
                file.setLength(segment.bytes);
                file.getFD().sync();
            }
        }
        return segment;
    }

    /** Appends and fsyncs; on failure the file is as it was before, or is repaired when next opened. */
    void append(SpoolRecord record) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            try {
                file.seek(bytes);
                file.write(record.framed());
                file.getFD().sync();
            } catch (IOException e) {
                file.setLength(bytes);
                throw e;
            }
        }
        count(record);
    }

    private void count(SpoolRecord record) {
        bytes += record.framed().length;
        lastSequence = record.sequence();
        newestMillis = Math.max(newestMillis, record.atMillis());
        records++;
    }

    /** Every record that is whole, in order. */
    List<SpoolRecord> scan() throws IOException {
        return content().records();
    }

    /** How many of its records cannot be read any more. */
    long unreadable() throws IOException {
        return records - scan().size();
    }

    /** Behind damaged bytes the next whole record is looked for at every offset: the damage may be in a length. */
    private Content content() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        List<SpoolRecord> found = new ArrayList<>();
        long unreadable = 0;
        long expected = firstSequence;
        int end = 0;
        for (int at = 0; at < bytes.limit(); at++) {
            Optional<SpoolRecord> record = SpoolRecord.at(bytes, at);
            if (record.isPresent() && record.get().sequence() >= expected) {
                if (at > end) {
                    unreadable += record.get().sequence() - expected;
                }
                found.add(record.get());
                expected = record.get().sequence() + 1;
                end = at + record.get().framed().length;
                at = end - 1;
            }
        }
        return new Content(found, unreadable, end);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    long bytes() {
        return bytes;
    }

    long lastSequence() {
        return lastSequence;
    }

    long newestMillis() {
        return newestMillis;
    }

    long records() {
        return records;
    }
}
