package io.espalier.agent.telemetry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One append-only file of the spool. What follows the first torn record is cut off when the file is opened. Not a channel,
 * because an interrupt closes one in the middle of a write.
 */
final class Segment {
    private final Path path;
    private long bytes;
    private long lastSequence;
    private long newestMillis;
    private int records;

    private Segment(Path path) {
        this.path = path;
    }

    static Segment create(Path path) throws IOException {
        Files.createFile(path);
        return new Segment(path);
    }

    /** Opens an existing file and repairs its tail. */
    static Segment recover(Path path) throws IOException {
        Segment segment = new Segment(path);
        for (SpoolRecord record : segment.scan()) {
            segment.count(record);
        }
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

    /** Every whole record from the start to the first torn one. */
    List<SpoolRecord> scan() throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path));
        List<SpoolRecord> found = new ArrayList<>();
        while (content.remaining() >= SpoolRecord.FRAME_BYTES) {
            int length = content.getInt();
            int crc = content.getInt();
            if (!SpoolRecord.isPlausible(length) || length > content.remaining()) {
                break;
            }
            ByteBuffer payload = content.slice(content.position(), length);
            if (SpoolRecord.crc(payload) != crc) {
                break;
            }
            content.position(content.position() + length);
            found.add(SpoolRecord.of(payload));
        }
        return found;
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

    int records() {
        return records;
    }
}
