package io.espalier.tls;

import io.espalier.proto.DeviceId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/** Shows, when a device wants its next certificate, that it has the key it enrolled with: a signature over a nonce that the controller has just drawn. */
public final class RenewalProof {
    private static final String ALGORITHM = "SHA256withECDSA";
    private static final String CONTEXT = "Espalier certificate renewal, 1";

    private RenewalProof() {}

    public static byte[] sign(PrivateKey key, DeviceId device, String nonce) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(signed(device, nonce));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The device's key cannot sign", e);
        }
    }

    public static boolean isBy(PublicKey key, DeviceId device, String nonce, byte[] proof) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(signed(device, nonce));
            return signature.verify(proof);
        } catch (SignatureException | InvalidKeyException e) {
            return false; // Not even of the right form.
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer ECDSA", e);
        }
    }

    private static byte[] signed(DeviceId device, String nonce) {
        return (CONTEXT + "\n" + device + "\n" + nonce).getBytes(StandardCharsets.UTF_8);
    }
}
