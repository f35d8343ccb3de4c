package io.espalier.controller.telemetry;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Looks into a compressed histogram before it is decoded: its header decides how much memory decoding takes, and a
 * record on a topic may say anything.
 */
final class CompressedHeader {
    private static final int MOST_DIGITS = 3;
    private static final int INNER_HEADER_BYTES = 40;
    private static final int OUTER_HEADER_BYTES = 8;
    private static final int DIGITS_OFFSET = 12;
    private static final int LOWEST_OFFSET = 16;
    private static final int HIGHEST_OFFSET = 24;
    /** Of a factor that stands for another unit. */
    private static final int RATIO_OFFSET = 32;

    private CompressedHeader() {}

    static void check(byte[] encoded) {
        if (encoded.length <= OUTER_HEADER_BYTES) {
            throw new MalformedTelemetryException("a histogram of only " + encoded.length + " bytes");
        }
        ByteBuffer inner = ByteBuffer.wrap(inflateHeader(encoded));
        int digits = inner.getInt(DIGITS_OFFSET);
        long lowest = inner.getLong(LOWEST_OFFSET);
        long highest = inner.getLong(HIGHEST_OFFSET);
        if (digits < 0 || digits > MOST_DIGITS || lowest < 1 || highest < 2 * lowest) {
            throw new MalformedTelemetryException("a histogram of " + digits + " digits from " + lowest + " to "
                    + highest + " ns; at most " + MOST_DIGITS + " digits are read");
        }
        double ratio = inner.getDouble(RATIO_OFFSET);
        if (ratio != 1) {
            throw new MalformedTelemetryException("a histogram of " + ratio + " ns; only whole nanoseconds are read");
        }
    }

    private static byte[] inflateHeader(byte[] encoded) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(encoded, OUTER_HEADER_BYTES, encoded.length - OUTER_HEADER_BYTES);
            byte[] header = new byte[INNER_HEADER_BYTES];
            int filled = 0;
            while (filled < header.length) {
                int read = inflater.inflate(header, filled, header.length - filled);
                if (read == 0) {
                    throw new MalformedTelemetryException("a histogram whose header ends after " + filled + " bytes");
                }
                filled += read;
            }
            return header;
        } catch (DataFormatException e) {
            throw new MalformedTelemetryException("a histogram that is not compressed: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }
}
