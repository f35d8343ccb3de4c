package io.espalier.pruning.sparsity;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * How large a model's file is, as it is and compressed.
 *
 * <p>Zero weights take as long to multiply as any others, so masks show in the compressed size and nowhere else: not in
 * latency, not in memory, not in the file that ONNX Runtime reads.
 *
 * @param bytes of the ONNX file
 * @param gzipBytes of the same file through gzip, as it travels or rests
 */
public record FileSize(long bytes, long gzipBytes) {

    /** Cost: one compression. */
    public static FileSize of(byte[] onnx) {
        Counter counter = new Counter();
        try (GZIPOutputStream gzip = new GZIPOutputStream(counter)) {
            gzip.write(onnx);
        } catch (IOException e) {
            throw new UncheckedIOException("Compressing in memory failed", e);
        }
        return new FileSize(onnx.length, counter.count);
    }

    private static final class Counter extends OutputStream {
        private long count;

        @Override
        public void write(int oneByte) {
            count++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            count += length;
        }
    }
}
