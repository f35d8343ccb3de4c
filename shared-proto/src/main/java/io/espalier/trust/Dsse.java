package io.espalier.trust;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The bytes that a signature is over.
 *
 * <p><i>Source:</i> DSSE protocol v1.0.2, "Signature Definition": {@code PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP
 * LEN(body) SP body}, lengths in decimal. Both lengths are under the signature, so no byte can move between the two.
 */
public final class Dsse {
    private Dsse() {}

    public static byte[] preAuthenticationEncoding(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + type.length + 32);
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
