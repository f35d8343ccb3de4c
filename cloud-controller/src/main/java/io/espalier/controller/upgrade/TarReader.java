package io.espalier.controller.upgrade;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive entry by entry, as one stream: regular files and folders, named within the 100 + 155 characters of ustar.
 *
 * <p><i>Source:</i> POSIX.1-2017, pax, "ustar Interchange Format".
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE = 124;
    private static final int NUMBER_LENGTH = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;

    private final InputStream in;
    private long left;
    private int padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** One member of the archive. */
    record Entry(String name, boolean isFile, long sizeBytes) {}

    /** The next entry, whatever was left of the one before; null behind the last. */
    @Nullable
    Entry next() throws IOException, UnusableProgramException {
        in.skipNBytes(left + padding);
        byte[] header = in.readNBytes(BLOCK);
        left = 0;
        padding = 0;
        if (header.length < BLOCK) {
            throw new EOFException("the archive ends early");
        }
        if (isBlank(header)) {
            return null;
        }
        requireChecksum(header);
        char type = (char) header[TYPE];
        String name = name(header);
        if (type != '0' && type != 0 && type != '5') {
            throw new UnusableProgramException(
                    "entry \"" + name + "\" of the archive is neither file nor folder (type '" + type
                            + "'); links and longer names are not taken");
        }
        long size = number(header, SIZE, NUMBER_LENGTH);
        left = size;
        padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
        return new Entry(name, type != '5', size);
    }

    /** What is left of the present entry; -1 at its end. */
    int read(byte[] buffer) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
            throw new EOFException("the archive ends within a file");
        }
        left -= read;
        return read;
    }

    private static boolean isBlank(byte[] header) {
        for (byte each : header) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private static void requireChecksum(byte[] header) throws UnusableProgramException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean ofChecksum = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += ofChecksum ? ' ' : header[i] & 0xff;
        }
        if (sum != number(header, CHECKSUM, CHECKSUM_LENGTH)) {
            throw new UnusableProgramException("it is no tar archive, or a damaged one");
        }
    }

    private static String name(byte[] header) {
        String name = text(header, NAME, NAME_LENGTH);
        // GNU's older form has other things where ustar has the prefix.
        boolean isUstar = header[MAGIC + 5] == 0 && text(header, MAGIC, 5).equals("ustar");
        String prefix = isUstar ? text(header, PREFIX, PREFIX_LENGTH) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static long number(byte[] header, int from, int length) throws UnusableProgramException {
        String octal = text(header, from, length).strip();
        try {
            long value = octal.isEmpty() ? 0 : Long.parseLong(octal, 8);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, like a number below zero.
        }
        throw new UnusableProgramException("the archive has a number that is none: \"" + octal + "\"");
    }
}
