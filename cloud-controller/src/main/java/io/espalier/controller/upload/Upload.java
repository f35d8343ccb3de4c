package io.espalier.controller.upload;

import io.espalier.proto.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Objects;

/** Receives one file. Whatever happens, either the whole file is in its place or nothing of it is anywhere. */
public final class Upload {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String PARTIAL = ".partial";

    private final Disk disk;

    public Upload() {
        this(Upload::openOnDisk);
    }

    /** With another way to open files, so that a test can have a full disk. */
    public Upload(Disk disk) {
        this.disk = disk;
    }

    /** Opens a new file for writing; closing it makes it durable. */
    @FunctionalInterface
    public interface Disk {
        OutputStream open(Path file) throws IOException;
    }

    /** What became of it. */
    public sealed interface Outcome {
        record Received(Sha256 digest, long sizeBytes) implements Outcome {}

        record Empty() implements Outcome {}

        record TooLarge(long maxBytes) implements Outcome {}

        record NoSpace(Path folder) implements Outcome {}

        /** The disk fails in another way: nobody may write there, it is broken or gone. */
        record Unwritable(Path folder, String reason) implements Outcome {}

        record Interrupted(String reason) implements Outcome {}
    }

    /** Makes the target's folder where it is missing, and removes it again where nothing came of it. */
    public Outcome receive(InputStream body, Path target, long maxBytes) {
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file lies in a folder");
        Path partial = folder.resolve(target.getFileName() + PARTIAL);
        boolean complete = false;
        try {
            Files.createDirectories(folder);
            Outcome outcome = copy(body, partial, maxBytes);
            if (outcome instanceof Outcome.Received) {
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
                complete = true;
            }
            return outcome;
        } catch (BodyBrokeOffException e) {
            return new Outcome.Interrupted(reason(e));
        } catch (IOException e) {
            return unwritten(e, folder);
        } finally {
            if (!complete) {
                discard(partial, folder);
            }
        }
    }

    static Outcome unwritten(IOException failure, Path folder) {
        return isNoSpace(failure) ? new Outcome.NoSpace(folder) : new Outcome.Unwritable(folder, reason(failure));
    }

    private Outcome copy(InputStream body, Path partial, long maxBytes) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        long sizeBytes = 0;
        try (OutputStream out = disk.open(partial)) {
            for (int n = read(body, buffer); n >= 0; n = read(body, buffer)) {
                sizeBytes += n;
                if (sizeBytes > maxBytes) {
                    return new Outcome.TooLarge(maxBytes);
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        }
        return sizeBytes == 0 ? new Outcome.Empty() : new Outcome.Received(Sha256.ofBytes(digest.digest()), sizeBytes);
    }

    /** Not the disk: whoever sends the file stopped. */
    private static final class BodyBrokeOffException extends IOException {
        BodyBrokeOffException(String reason, IOException cause) {
            super(reason, cause);
        }
    }

    private static int read(InputStream body, byte[] buffer) throws BodyBrokeOffException {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new BodyBrokeOffException(reason(e), e);
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        return e instanceof FileSystemException || message.isEmpty()
                ? (e.getClass().getSimpleName() + " " + message).strip()
                : message;
    }

    /** Takes a received file away again, where what it was received for did not come about. */
    public static void discard(Path target) {
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file lies in a folder");
        discard(target, folder);
    }

    static boolean isPartial(Path file) {
        return file.getFileName().toString().endsWith(PARTIAL);
    }

    /** The operating system says it only in words. */
    static boolean isNoSpace(IOException e) {
        String message = e.getMessage() == null ? "" : e.getMessage().toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded") || message.contains("disk full");
    }

    private static void discard(Path partial, Path folder) {
        try {
            Files.deleteIfExists(partial);
            try (var rest = Files.list(folder)) {
                if (rest.findAny().isPresent()) {
                    return;
                }
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // Nothing more can be done; the next upload to this place overwrites it.
        }
    }

    private static OutputStream openOnDisk(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        OutputStream out = Channels.newOutputStream(channel);
        return new OutputStream() {
            @Override
            public void write(int oneByte) throws IOException {
                out.write(oneByte);
            }

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                out.write(bytes, from, count);
            }

            @Override
            public void close() throws IOException {
                try (channel) {
                    channel.force(true);
                }
            }
        };
    }
}
