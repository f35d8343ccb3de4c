package io.espalier.agent.telemetry;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/** One message that waits to leave the device. (epoch, sequence) names it for ever, however often it is sent. */
public record SpoolRecord(Kind kind, long epoch, long sequence, long atMillis, byte[] body) {
    private static final int FRAME_BYTES = 2 * Integer.BYTES;
    private static final int HEADER_BYTES = 1 + 3 * Long.BYTES;
    static final int MOST_BYTES = 1 << 20;

    /** Which topic a record belongs to. */
    public enum Kind {
        TELEMETRY((byte) 0),
        EVENT((byte) 1);

        private final byte code;

        Kind(byte code) {
            this.code = code;
        }

        static Kind of(byte code) {
            return code == EVENT.code ? EVENT : TELEMETRY;
        }
    }

    /** Length and CRC-32C of the payload, then the payload. */
    byte[] framed() {
        ByteBuffer payload = ByteBuffer.allocate(HEADER_BYTES + body.length)
                .put(kind.code)
                .putLong(epoch)
                .putLong(sequence)
                .putLong(atMillis)
                .put(body)
                .flip();
        return ByteBuffer.allocate(FRAME_BYTES + payload.remaining())
                .putInt(payload.remaining())
                .putInt(crc(payload))
                .put(payload)
                .array();
    }

    private static int crc(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }

    /** How many records so many bytes may hold. */
    static long mostIn(long bytes) {
        return (bytes + FRAME_BYTES + HEADER_BYTES - 1) / (FRAME_BYTES + HEADER_BYTES);
    }

    /** The sequence that a frame beginning there names; empty where its header makes no sense. Nothing else is checked. */
    static OptionalLong sequenceAt(ByteBuffer bytes, int offset) {
        if (bytes.limit() - offset < FRAME_BYTES + HEADER_BYTES) {
            return OptionalLong.empty();
        }
        byte kind = bytes.get(offset + FRAME_BYTES);
        long epoch = epochAt(bytes, offset);
        long sequence = bytes.getLong(offset + FRAME_BYTES + 1 + Long.BYTES);
        return (kind == Kind.TELEMETRY.code || kind == Kind.EVENT.code) && epoch > 0 && sequence > 0
                ? OptionalLong.of(sequence)
                : OptionalLong.empty();
    }

    /** The epoch that a frame beginning there names; 0 where there is no room for a header. */
    static long epochAt(ByteBuffer bytes, int offset) {
        return bytes.limit() - offset < FRAME_BYTES + HEADER_BYTES ? 0 : bytes.getLong(offset + FRAME_BYTES + 1);
    }

    /** The record whose frame begins there; empty where none does that is whole. */
    static Optional<SpoolRecord> at(ByteBuffer bytes, int offset) {
        if (bytes.limit() - offset < FRAME_BYTES) {
            return Optional.empty();
        }
        int length = bytes.getInt(offset);
        int left = bytes.limit() - offset - FRAME_BYTES;
        if (length < HEADER_BYTES || length > Math.min(left, MOST_BYTES)) {
            return Optional.empty();
        }
        ByteBuffer payload = bytes.slice(offset + FRAME_BYTES, length);
        return crc(payload) == bytes.getInt(offset + Integer.BYTES) ? Optional.of(of(payload)) : Optional.empty();
    }

    private static SpoolRecord of(ByteBuffer payload) {
        Kind kind = Kind.of(payload.get());
        long epoch = payload.getLong();
        long sequence = payload.getLong();
        long atMillis = payload.getLong();
        byte[] body = new byte[payload.remaining()];
        payload.get(body);
        return new SpoolRecord(kind, epoch, sequence, atMillis, body);
    }
}
