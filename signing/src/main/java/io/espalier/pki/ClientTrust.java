package io.espalier.pki;

import io.espalier.tls.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts who shows a certificate of one authority that is not on its revocation list. The list is read again when its
 * file changes; as long as it cannot be read, nobody is trusted.
 */
public final class ClientTrust extends X509ExtendedTrustManager {
    private final X509Certificate authority;
    private final Path revocationFile;
    private final X509ExtendedTrustManager chains;
    private @Nullable Read last;

    ClientTrust(X509Certificate authority, Path revocationFile) {
        this.authority = authority;
        this.revocationFile = revocationFile;
        this.chains = trusting(authority);
    }

    private record Read(FileTime changed, long sizeBytes, Set<BigInteger> serials) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        chains.checkClientTrusted(chain, type);
        requireUnrevoked(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        chains.checkClientTrusted(chain, type, socket);
        requireUnrevoked(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        chains.checkClientTrusted(chain, type, engine);
        requireUnrevoked(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        chains.checkServerTrusted(chain, type);
        requireUnrevoked(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        chains.checkServerTrusted(chain, type, socket);
        requireUnrevoked(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        chains.checkServerTrusted(chain, type, engine);
        requireUnrevoked(chain[0]);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }

    /** Whether a certificate of that number counts no more; for those that keep connections open. */
    public boolean isRevoked(BigInteger serial) throws CertificateException {
        return revoked().contains(serial);
    }

    private void requireUnrevoked(X509Certificate certificate) throws CertificateException {
        if (isRevoked(certificate.getSerialNumber())) {
            throw new CertificateException(
                    "The certificate of " + certificate.getSubjectX500Principal() + " was revoked");
        }
    }

    private synchronized Set<BigInteger> revoked() throws CertificateException {
        try {
            FileTime changed = Files.getLastModifiedTime(revocationFile);
            long sizeBytes = Files.size(revocationFile);
            Read known = last;
            if (known == null || !known.changed().equals(changed) || known.sizeBytes() != sizeBytes) {
                known = new Read(changed, sizeBytes, read());
                last = known;
            }
            return known.serials();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new CertificateException("The revocation list " + revocationFile + " cannot be used: " + e, e);
        }
    }

    private Set<BigInteger> read() throws IOException, GeneralSecurityException {
        X509CRL list = Pem.crl(Files.readString(revocationFile, StandardCharsets.US_ASCII));
        list.verify(authority.getPublicKey());
        var entries = list.getRevokedCertificates();
        return entries == null
                ? Set.of()
                : entries.stream().map(entry -> entry.getSerialNumber()).collect(Collectors.toSet());
    }

    private static X509ExtendedTrustManager trusting(X509Certificate authority) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509ExtendedTrustManager chains) {
                    return chains;
                }
            }
            throw new IllegalStateException("The runtime's trust managers check no chains");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("Every Java runtime must offer PKIX", e);
        }
    }
}
