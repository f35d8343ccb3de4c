package io.espalier.proto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
public record Sha256(String hex) {
    private static final Pattern LEGAL = Pattern.compile("[0-9a-f]{64}");

    public Sha256 {
        if (!LEGAL.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "\"" + hex + "\" is not a SHA-256 digest: expected 64 lower-case hexadecimal digits");
        }
    }

    public static Sha256 of(byte[] content) {
        return new Sha256(HexFormat.of().formatHex(newDigest().digest(content)));
    }

    /** The digest whose 32 bytes these are. */
    public static Sha256 ofBytes(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** A fresh digest to feed with content that does not fit in memory. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime must offer SHA-256", e);
        }
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
