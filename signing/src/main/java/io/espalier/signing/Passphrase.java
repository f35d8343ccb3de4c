package io.espalier.signing;

import io.espalier.host.FileTrouble;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/** Where passphrases come from: a file that only its owner can read, or a variable of the environment. */
public final class Passphrase {
    private static final int RANDOM_BYTES = 32;
    private static final int MOST_BYTES = 1024;

    private Passphrase() {}

    /** The first line of the file. */
    public static char[] read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new CustodyException("Passphrase file " + file + " is longer than " + MOST_BYTES + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            char[] all = chars(StandardCharsets.UTF_8.decode(java.nio.ByteBuffer.wrap(bytes)));
            Arrays.fill(bytes, (byte) 0);
            int end = 0;
            while (end < all.length && all[end] != '\n' && all[end] != '\r') {
                end++;
            }
            char[] line = Arrays.copyOf(all, end);
            Arrays.fill(all, ' ');
            if (line.length == 0) {
                throw new CustodyException(
                        "Passphrase file " + file + " is empty: write the passphrase into its first line");
            }
            return line;
        } catch (IOException e) {
            throw new CustodyException(
                    "Passphrase file " + file + " cannot be read (" + FileTrouble.inWords(e)
                            + "): name the right one, and let its owner be who runs this",
                    e);
        }
    }

    /** The passphrase in the file, which is made with 256 random bits where it is missing. */
    public static char[] readOrDraw(Path file, SecureRandom random) {
        if (!Files.exists(file)) {
            byte[] bytes = new byte[RANDOM_BYTES];
            random.nextBytes(bytes);
            try {
                OwnerOnlyFile.createFolder(
                        Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder"));
                OwnerOnlyFile.create(
                        file,
                        (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n")
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (FileAlreadyExistsException e) {
                return read(file); // Another process was first; its passphrase counts.
            } catch (IOException e) {
                throw new CustodyException(
                        "Passphrase file " + file + " cannot be made (" + FileTrouble.inWords(e) + ")", e);
            }
        }
        return read(file);
    }

    private static char[] chars(CharBuffer buffer) {
        char[] chars = new char[buffer.remaining()];
        buffer.get(chars);
        return chars;
    }
}
