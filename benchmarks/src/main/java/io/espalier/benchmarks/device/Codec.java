package io.espalier.benchmarks.device;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/** Ways to make bytes fewer: what every Java runtime has, and what needs a native library of 0.7 to 0.9 MB. */
enum Codec {
    DEFLATE_6(6),
    DEFLATE_9(9),
    ZSTD_3(3),
    ZSTD_19(19);

    private final int level;

    Codec(int level) {
        this.level = level;
    }

    private boolean isDeflate() {
        return this == DEFLATE_6 || this == DEFLATE_9;
    }

    byte[] compress(byte[] bytes) throws IOException {
        if (!isDeflate()) {
            return Zstd.compress(bytes, level);
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(level, true);
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
            out.write(bytes);
        } finally {
            deflater.end();
        }
        return packed.toByteArray();
    }

    /** Gives back at most so many bytes, and throws where there would be another number of them. */
    byte[] decompress(byte[] packed, int expectedBytes) throws IOException {
        if (!isDeflate()) {
            return Zstd.decompress(packed, expectedBytes);
        }
        byte[] bytes = new byte[expectedBytes];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            int filled = inflater.inflate(bytes);
            if (filled < expectedBytes || inflater.inflate(new byte[1]) > 0) {
                throw new IOException("not the " + expectedBytes + " bytes that were expected");
            }
            return bytes;
        } catch (DataFormatException e) {
            throw new IOException("not Deflate: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }

    /** "deflate-6". */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
