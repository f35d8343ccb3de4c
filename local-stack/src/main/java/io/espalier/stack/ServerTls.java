package io.espalier.stack;

import io.espalier.pki.AuthorityFolder;
import io.espalier.pki.ClientTrust;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.TlsIdentity;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** What one server of the stack shows to its clients, and whom it believes to be one. */
final class ServerTls {
    /** A session that is resumed asks the trust manager nothing. */
    private static final int RESUMED_FOR_SECONDS = 60;

    private final ClientTrust trust;
    private final SSLContext server;
    private final SSLContext client;

    private ServerTls(ClientTrust trust, SSLContext server, SSLContext client) {
        this.trust = trust;
        this.server = server;
        this.client = client;
    }

    /** Takes the certificates that the authority keeps for a server of that name. */
    static ServerTls of(AuthorityFolder authority, String name) {
        ClientTrust trust = authority.clientTrust();
        return new ServerTls(
                trust,
                context(authority.server(name, List.of()), trust),
                context(authority.service(serviceName(name)), trust));
    }

    /** A server is also a client where it speaks to itself, and is called so there. */
    static String serviceName(String server) {
        return server + "-client";
    }

    private static SSLContext context(TlsIdentity identity, ClientTrust trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity.keyManagers(), new TrustManager[] {trust}, null);
            context.getServerSessionContext().setSessionTimeout(RESUMED_FOR_SECONDS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer TLS", e);
        }
    }

    SSLContext server() {
        return server;
    }

    SSLContext client() {
        return client;
    }

    /**
     * Whom a chain names that a handshake has verified, now or, where a session was resumed, some time ago: dates and
     * revocation are looked at again. Empty where it names nobody whom the authority still vouches for.
     */
    Optional<CertifiedClient> clientOf(Certificate @Nullable [] chain) {
        if (chain == null || chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
            return Optional.empty();
        }
        try {
            certificate.checkValidity();
            return trust.isRevoked(certificate.getSerialNumber())
                    ? Optional.empty()
                    : CertifiedSubject.of(certificate)
                            .map(subject -> new CertifiedClient(subject, certificate.getSerialNumber()));
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }

    /** Whether the certificate counts no more; as long as that cannot be found out, it does not. */
    boolean isRevoked(CertifiedClient client) {
        try {
            return trust.isRevoked(client.serial());
        } catch (CertificateException e) {
            return true;
        }
    }
}
