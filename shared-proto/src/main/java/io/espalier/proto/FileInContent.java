package io.espalier.proto;

import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.FileEncoding;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/** One file within an artifact's content: what it takes there, and how it becomes itself again. */
public final class FileInContent {
    private static final int COPY_BYTES = 64 << 10;

    private FileInContent() {}

    /** The content is not what the manifest declares; the message names the file and what is wrong. */
    public static final class NotAsDeclaredException extends Exception {
        private static final long serialVersionUID = 1L;

        NotAsDeclaredException(ArtifactFile file, String what) {
            super("file " + file.getName() + " " + what);
        }
    }

    /** Whether this program can make the file itself of what travels. */
    public static boolean canUnpack(ArtifactFile file) {
        return file.getEncoding() == FileEncoding.FILE_ENCODING_UNSPECIFIED
                || file.getEncoding() == FileEncoding.FILE_ENCODING_ZLIB;
    }

    /** How many bytes of the content the file takes. */
    public static long encodedBytes(ArtifactFile file) {
        return file.getEncoding() == FileEncoding.FILE_ENCODING_UNSPECIFIED
                ? file.getSizeBytes()
                : file.getEncodedSizeBytes();
    }

    /**
     * Takes exactly the file's part of the content, which begins here, and writes the file itself.
     *
     * <p><i>Cost</i>: some buffers, whatever the file's size. No more is written than the file declares, by a buffer at most.
     *
     * @throws NotAsDeclaredException where lengths, encoding or digest are not those declared; what was written is worth nothing
     * @throws IOException where reading or writing fails
     */
    public static void unpack(ArtifactFile file, InputStream content, OutputStream out)
            throws IOException, NotAsDeclaredException {
        requireSense(file);
        Part part = new Part(content, encodedBytes(file));
        int unused = 0;
        try {
            if (file.getEncoding() == FileEncoding.FILE_ENCODING_UNSPECIFIED) {
                copy(file, part, out);
            } else {
                unused = inflate(file, part, out);
            }
        } catch (EOFException e) {
            throw new NotAsDeclaredException(file, "ends too early");
        }
        if (part.left + unused > 0) {
            throw new NotAsDeclaredException(file, "is followed by bytes that belong to nothing");
        }
    }

    /**
     * Leaves out the file's part of the content, which begins here.
     *
     * @throws NotAsDeclaredException where its length makes no sense
     * @throws IOException where reading fails or the content ends before
     */
    public static void skip(ArtifactFile file, InputStream content) throws IOException, NotAsDeclaredException {
        requireSense(file);
        content.skipNBytes(encodedBytes(file));
    }

    private static void requireSense(ArtifactFile file) throws NotAsDeclaredException {
        if (!canUnpack(file)) {
            throw new NotAsDeclaredException(file, "comes in an encoding that is not known here");
        }
        // Lengths are unsigned on the wire.
        if (file.getSizeBytes() < 0 || encodedBytes(file) < 0) {
            throw new NotAsDeclaredException(file, "declares more bytes than there can be");
        }
    }

    /** Gives how many bytes it has read and not used. */
    private static int inflate(ArtifactFile file, Part part, OutputStream out)
            throws IOException, NotAsDeclaredException {
        Inflater inflater = new Inflater();
        try {
            copy(file, new InflaterInputStream(part, inflater, COPY_BYTES), out);
            return inflater.getRemaining();
        } catch (ZipException e) {
            throw new NotAsDeclaredException(file, "is no zlib stream: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    private static void copy(ArtifactFile file, InputStream in, OutputStream out)
            throws IOException, NotAsDeclaredException {
        MessageDigest sha256 = Sha256.newDigest();
        byte[] buffer = new byte[COPY_BYTES];
        long copied = 0;
        int read;
        while ((read = in.read(buffer)) >= 0) {
            copied += read;
            if (copied > file.getSizeBytes()) {
                throw new NotAsDeclaredException(
                        file, "is longer than the " + file.getSizeBytes() + " bytes it declares");
            }
            sha256.update(buffer, 0, read);
            out.write(buffer, 0, read);
        }
        if (copied < file.getSizeBytes()) {
            throw new NotAsDeclaredException(file, "has " + copied + " bytes and declares " + file.getSizeBytes());
        }
        if (!MessageDigest.isEqual(sha256.digest(), file.getSha256().toByteArray())) {
            throw new NotAsDeclaredException(file, "does not have the digest its manifest gives");
        }
    }

    /** The next bytes of a stream and no more. Throws {@link EOFException} where they are not there. */
    private static final class Part extends InputStream {
        private final InputStream content;
        private long left;

        Part(InputStream content, long bytes) {
            this.content = content;
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = content.read(buffer, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("the content ends " + left + " bytes early");
            }
            left -= read;
            return read;
        }
    }
}
