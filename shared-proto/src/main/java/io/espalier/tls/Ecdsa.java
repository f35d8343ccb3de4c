package io.espalier.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/** What devices sign with their key. Each use begins with words of its own, so that no signature serves for another. */
final class Ecdsa {
    private static final String ALGORITHM = "SHA256withECDSA";

    private Ecdsa() {}

    static byte[] sign(PrivateKey key, byte[]... parts) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            for (byte[] part : parts) {
                signature.update(part);
            }
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The device's key cannot sign", e);
        }
    }

    static boolean isBy(PublicKey key, byte[] signed, byte[]... parts) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            for (byte[] part : parts) {
                signature.update(part);
            }
            return signature.verify(signed);
        } catch (SignatureException | InvalidKeyException e) {
            return false; // Not even of the right form.
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer ECDSA", e);
        }
    }
}
