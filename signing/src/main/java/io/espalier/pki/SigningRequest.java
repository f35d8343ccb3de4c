package io.espalier.pki;

import io.espalier.proto.Sha256;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A request for a certificate whose sender has the private key: the only thing that is taken from it is the public key,
 * which is of the curve P-256. What it says about its sender is not read.
 *
 * <p><i>Source:</i> RFC 2986 (PKCS #10).
 */
public record SigningRequest(PublicKey key) {
    /** Some ten times what a request for a key of P-256 needs. */
    private static final int MOST_BYTES = 4096;

    /** Reads the DER encoding of a request and checks its proof of possession. */
    public static SigningRequest of(byte[] der) throws RequestRefusedException {
        if (der.length > MOST_BYTES) {
            throw new RequestRefusedException(
                    "A signing request of " + der.length + " bytes is longer than the " + MOST_BYTES + " allowed");
        }
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            requireP256(request.getSubjectPublicKeyInfo().getAlgorithm());
            PublicKey key = request.getPublicKey();
            if (!request.getSignatureAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA256)) {
                throw new RequestRefusedException("The signing request is not signed by ECDSA with SHA-256");
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new RequestRefusedException(
                        "The signing request is not signed with its own key: its sender does not have that key");
            }
            return new SigningRequest(key);
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException e) {
            throw new RequestRefusedException("Not a signing request (PKCS#10): " + e.getMessage(), e);
        }
    }

    /** Names the key, whatever request it comes in. */
    public Sha256 keyDigest() {
        return Sha256.of(key.getEncoded());
    }

    private static void requireP256(AlgorithmIdentifier algorithm) throws RequestRefusedException {
        if (!algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                || !SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters())) {
            throw new RequestRefusedException("The key of the signing request is not of the curve P-256");
        }
    }
}
