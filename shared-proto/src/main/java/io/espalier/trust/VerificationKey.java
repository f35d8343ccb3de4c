package io.espalier.trust;

import static io.espalier.trust.RejectedException.require;

import io.espalier.proto.Sha256;
import io.espalier.proto.v1.KeyAlgorithm;
import io.espalier.proto.v1.TrustKey;
import io.espalier.trust.Rejection.Reason;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;

/** A public key, named by the SHA-256 of its X.509 encoding: a name cannot be given to another key. */
public record VerificationKey(String id, KeyAlgorithm algorithm, PublicKey key) {
    private static final int MOST_KEY_BYTES = 256;
    private static final int P256_BITS = 256;

    static VerificationKey of(TrustKey message) throws RejectedException {
        byte[] encoded = message.getPublicKey().toByteArray();
        require(encoded.length <= MOST_KEY_BYTES, Reason.MALFORMED, "a key of " + encoded.length + " bytes");
        String id = Sha256.of(encoded).hex();
        require(message.getId().equals(id), Reason.MALFORMED, "key " + message.getId() + " has the digest " + id);
        try {
            PublicKey key = KeyFactory.getInstance(factory(message.getAlgorithm()))
                    .generatePublic(new X509EncodedKeySpec(encoded));
            require(
                    !(key instanceof ECPublicKey ec)
                            || ec.getParams().getCurve().getField().getFieldSize() == P256_BITS,
                    Reason.MALFORMED,
                    "key " + id + " is not on the curve P-256");
            return new VerificationKey(id, message.getAlgorithm(), key);
        } catch (InvalidKeySpecException e) {
            throw new RejectedException(
                    new Rejection(Reason.MALFORMED, "key " + id + " cannot be read: " + e.getMessage()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime from 17 on must offer Ed25519 and EC", e);
        }
    }

    /** The key as roots carry it. */
    public static TrustKey message(KeyAlgorithm algorithm, PublicKey key) {
        byte[] encoded = key.getEncoded();
        return TrustKey.newBuilder()
                .setId(Sha256.of(encoded).hex())
                .setAlgorithm(algorithm)
                .setPublicKey(com.google.protobuf.ByteString.copyFrom(encoded))
                .build();
    }

    /** Whether the signature is this key's over these bytes. */
    boolean signed(byte[] bytes, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(signatureName(algorithm));
            verifier.initVerify(key);
            verifier.update(bytes);
            return verifier.verify(signature);
        } catch (SignatureException | InvalidKeyException e) {
            return false; // Not even of the right form.
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime from 17 on must offer Ed25519 and ECDSA", e);
        }
    }

    /** The name that Java's {@link Signature} has for signatures of this kind of key. */
    public static String signatureName(KeyAlgorithm algorithm) {
        return algorithm == KeyAlgorithm.KEY_ALGORITHM_ECDSA_P256 ? "SHA256withECDSA" : "Ed25519";
    }

    private static String factory(KeyAlgorithm algorithm) throws RejectedException {
        return switch (algorithm) {
            case KEY_ALGORITHM_ED25519 -> "Ed25519";
            case KEY_ALGORITHM_ECDSA_P256 -> "EC";
            case KEY_ALGORITHM_UNSPECIFIED, UNRECOGNIZED ->
                throw new RejectedException(
                        new Rejection(Reason.MALFORMED, "a key of a kind that is not known here: " + algorithm));
        };
    }

    /** The first digits of a key's name, for people. */
    public static String shortly(String keyId) {
        return keyId.substring(0, Math.min(12, keyId.length()));
    }
}
