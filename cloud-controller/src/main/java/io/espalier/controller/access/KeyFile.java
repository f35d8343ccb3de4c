package io.espalier.controller.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A 256-bit HMAC key in a file that only its owner can read, drawn when first needed. Replicas that shall accept each
 * other's sessions need the same file.
 */
public final class KeyFile {
    private static final int KEY_BYTES = 32;

    private final Path file;

    public KeyFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    public synchronized SecretKey hmacKey() {
        try {
            if (!Files.exists(file)) {
                draw();
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES) {
                throw new IllegalStateException("Key file " + file + " must hold " + KEY_BYTES + " bytes, has "
                        + key.length + ". Remove it to have a new one drawn");
            }
            return new SecretKeySpec(key, "HmacSHA256");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot keep a key in " + file + " (" + e
                            + "): let the controller write there and make room, or choose another folder",
                    e);
        }
    }

    private void draw() throws IOException {
        Path folder = Objects.requireNonNull(file.getParent(), "a file lies in a folder");
        Files.createDirectories(folder);
        Path partial = folder.resolve(file.getFileName() + "." + UUID.randomUUID());
        Files.createFile(partial);
        try {
            if (Files.getFileStore(partial).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rw-------"));
            }
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            Files.write(partial, key);
            Files.createLink(file, partial);
        } catch (FileAlreadyExistsException e) {
            // Another process was first; its key counts.
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
