package io.espalier.signing;

import com.google.protobuf.ByteString;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.KeyAlgorithm;
import io.espalier.proto.v1.Signature;
import io.espalier.proto.v1.TrustKey;
import io.espalier.trust.Dsse;
import io.espalier.trust.Role;
import io.espalier.trust.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A private key that signs, with the public key that tells. A key of a token stays in its token. */
public final class Signer {
    private final TrustKey publicKey;
    private final PrivateKey privateKey;
    private final @Nullable Provider provider;

    /** {@code provider} is the one that can use the private key; null for those of the runtime. */
    Signer(TrustKey publicKey, PrivateKey privateKey, @Nullable Provider provider) {
        this.publicKey = publicKey;
        this.privateKey = privateKey;
        this.provider = provider;
    }

    /** A fresh Ed25519 key. */
    public static Signer draw() {
        KeyPair pair = drawPair();
        return new Signer(
                VerificationKey.message(KeyAlgorithm.KEY_ALGORITHM_ED25519, pair.getPublic()), pair.getPrivate(), null);
    }

    private static KeyPair drawPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime from 17 on must offer Ed25519", e);
        }
    }

    public TrustKey publicKey() {
        return publicKey;
    }

    public String keyId() {
        return publicKey.getId();
    }

    /** The key's PKCS#8 encoding, for whoever locks it away; never there for a key of a token. */
    byte[] encoded() {
        byte[] encoded = privateKey.getEncoded();
        if (encoded == null) {
            throw new IllegalStateException("Key " + keyId() + " cannot leave its token");
        }
        return encoded;
    }

    /** Puts the payload into an envelope that all of these have signed. */
    public static byte[] envelope(Role role, byte[] payload, Collection<Signer> signers) {
        Envelope envelope = Envelope.newBuilder()
                .setPayload(ByteString.copyFrom(payload))
                .setPayloadType(role.payloadType())
                .build();
        for (Signer signer : signers) {
            envelope = signer.addTo(envelope);
        }
        return envelope.toByteArray();
    }

    /** The envelope with this key's signature, once. */
    Envelope addTo(Envelope envelope) {
        if (envelope.getSignaturesList().stream()
                .anyMatch(each -> each.getKeyid().equals(keyId()))) {
            return envelope;
        }
        byte[] signed = Dsse.preAuthenticationEncoding(
                envelope.getPayloadType(), envelope.getPayload().toByteArray());
        return envelope.toBuilder()
                .addSignatures(Signature.newBuilder()
                        .setSig(ByteString.copyFrom(sign(signed)))
                        .setKeyid(keyId()))
                .build();
    }

    private byte[] sign(byte[] bytes) {
        String name = VerificationKey.signatureName(publicKey.getAlgorithm());
        try {
            java.security.Signature signature = provider == null
                    ? java.security.Signature.getInstance(name)
                    : java.security.Signature.getInstance(name, provider);
            signature.initSign(privateKey);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new CustodyException(
                    "Key " + VerificationKey.shortly(keyId()) + " cannot sign: " + e.getMessage(), e);
        }
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "Signer[" + VerificationKey.shortly(keyId()) + "]";
    }
}
