package io.espalier.pki;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Signing requests, good and bad. */
final class Requests {
    private Requests() {}

    static byte[] of(KeyPair pair) {
        return of(pair.getPublic(), pair.getPrivate(), "SHA256withECDSA");
    }

    static byte[] of(PublicKey asked, PrivateKey signing, String signature) {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=somebody-else"), asked)
                    .build(new JcaContentSignerBuilder(signature).build(signing))
                    .getEncoded();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair pair(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
