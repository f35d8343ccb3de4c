package io.espalier.controller;

import io.espalier.tls.CertificateRequest;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;

/** Signing requests as agents send them. */
public final class Csr {
    private Csr() {}

    /** For a key that nobody has used. */
    public static String fresh() {
        return of(CertificateRequest.drawKey(new SecureRandom()));
    }

    public static String of(KeyPair pair) {
        return Base64.getEncoder().encodeToString(CertificateRequest.of(pair));
    }
}
