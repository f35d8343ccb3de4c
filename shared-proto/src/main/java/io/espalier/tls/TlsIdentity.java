package io.espalier.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** What one end of a TLS connection shows: its key, and the chain from its certificate to the authority's. */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    private static final String ALIAS = "espalier";

    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("An identity needs a certificate");
        }
    }

    /** Reads {@link #pem()}. */
    public static TlsIdentity of(String pem) {
        return new TlsIdentity(Pem.privateKey(pem), Pem.certificates(pem));
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Key and chain as one text, so that one file holds both and they never part. */
    public String pem() {
        return keyPem() + chainPem();
    }

    public String keyPem() {
        return Pem.of(key);
    }

    public String chainPem() {
        return Pem.of(chain);
    }

    /** When two thirds of the certificate's life are over: time for the next one. */
    public Instant renewAt() {
        return renewAt(certificate());
    }

    /** Likewise, of any certificate. */
    public static Instant renewAt(X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        return from.plusMillis((until.toEpochMilli() - from.toEpochMilli()) / 3 * 2);
    }

    /** A PKCS#12 store with this as its only entry. */
    public KeyStore keyStore(char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key, password, chain.toArray(new X509Certificate[0]));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("Every Java runtime must offer PKCS#12", e);
        }
    }

    public KeyManager[] keyManagers() {
        char[] password = new char[0];
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keyStore(password), password);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer key managers", e);
        }
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "TlsIdentity[" + certificate().getSubjectX500Principal() + "]";
    }
}
