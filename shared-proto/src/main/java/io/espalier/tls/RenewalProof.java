package io.espalier.tls;

import io.espalier.proto.DeviceId;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;

/** Shows, when a device wants its next certificate, that it has the key it enrolled with: a signature over a nonce that the controller has just drawn. */
public final class RenewalProof {
    private static final String CONTEXT = "Espalier certificate renewal, 1";

    private RenewalProof() {}

    public static byte[] sign(PrivateKey key, DeviceId device, String nonce) {
        return Ecdsa.sign(key, signed(device, nonce));
    }

    public static boolean isBy(PublicKey key, DeviceId device, String nonce, byte[] proof) {
        return Ecdsa.isBy(key, proof, signed(device, nonce));
    }

    private static byte[] signed(DeviceId device, String nonce) {
        return (CONTEXT + "\n" + device + "\n" + nonce).getBytes(StandardCharsets.UTF_8);
    }
}
