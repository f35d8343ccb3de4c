package io.espalier.demo.story;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** The console's password: made up once for a data folder, readable only by its owner. */
final class AdminPassword {
    // Without letters and digits that are easily mistaken for each other.
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int LENGTH = 14;

    private AdminPassword() {}

    static String of(Path folder) throws IOException {
        Path file = folder.resolve("admin-password");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        // Whole or not at all: the next start would take half a password for the password.
        Path part = file.resolveSibling("admin-password.part");
        Files.deleteIfExists(part);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(part, password);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        return password.toString();
    }
}
