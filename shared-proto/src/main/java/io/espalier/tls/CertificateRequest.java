package io.espalier.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;

/**
 * Asks for a certificate for a key of the curve P-256, and proves possession of that key. It has an empty subject: the
 * controller says who a device is.
 *
 * <p><i>Source:</i> RFC 2986 (PKCS #10), X.690 (DER).
 */
public final class CertificateRequest {
    private static final int SEQUENCE = 0x30;
    private static final int BIT_STRING = 0x03;
    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    private static final byte[] NO_SUBJECT = HexFormat.of().parseHex("3000");
    private static final byte[] NO_ATTRIBUTES = HexFormat.of().parseHex("a000");
    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
    private static final byte[] ECDSA_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");

    private static final int LONG_FORM = 0x80;
    private static final int BITS_PER_BYTE = 8;

    private CertificateRequest() {}

    /** A fresh key. */
    public static KeyPair drawKey(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer the curve P-256", e);
        }
    }

    /** The request's DER encoding. */
    public static byte[] of(KeyPair pair) {
        byte[] information =
                element(SEQUENCE, VERSION_0, NO_SUBJECT, pair.getPublic().getEncoded(), NO_ATTRIBUTES);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(information);
            return element(SEQUENCE, information, ECDSA_SHA256, element(BIT_STRING, new byte[] {0}, signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The key cannot sign: is it of the curve P-256?", e);
        }
    }

    private static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] each : contents) {
            body.writeBytes(each);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        writeLength(out, body.size());
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < LONG_FORM) {
            out.write(length);
            return;
        }
        int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + BITS_PER_BYTE - 1) / BITS_PER_BYTE;
        out.write(LONG_FORM | bytes);
        for (int shift = (bytes - 1) * BITS_PER_BYTE; shift >= 0; shift -= BITS_PER_BYTE) {
            out.write(length >>> shift);
        }
    }
}
