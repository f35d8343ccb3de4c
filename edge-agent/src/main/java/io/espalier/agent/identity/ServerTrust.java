package io.espalier.agent.identity;

import io.espalier.proto.Sha256;
import io.espalier.tls.Pem;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers of one authority, which is known by its fingerprint: before the first answer by the one in the claim
 * bundle, so no first contact is blind.
 *
 * <p>Dates count once the time is proven. Until then the clock may be years off, and a device that refused a server by a
 * wrong clock could never learn the right time; what it is told meanwhile has signatures and dates of its own. A server that is
 * outside its dates is refused once, and the proof is forgotten where the device's own clock speaks for the server: it may have been the
 * controller's clock that was wrong.
 */
final class ServerTrust extends X509ExtendedTrustManager {
    private final Supplier<Optional<Sha256>> authority;
    private final Supplier<Optional<Instant>> provenTime;
    private final Predicate<Instant> doubt;

    /**
     * {@code doubt} is asked where a certificate, of which it is told the end, is outside its dates by the proven time: whether that may be
     * what is wrong, and is forgotten.
     */
    ServerTrust(
            Supplier<Optional<Sha256>> authority, Supplier<Optional<Instant>> provenTime, Predicate<Instant> doubt) {
        this.authority = authority;
        this.provenTime = provenTime;
        this.doubt = doubt;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        judge(chain, type).checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        judge(chain, type).checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        judge(chain, type).checkServerTrusted(chain, type, engine);
    }

    private X509ExtendedTrustManager judge(X509Certificate[] chain, String type) throws CertificateException {
        Sha256 known = authority
                .get()
                .orElseThrow(() -> new CertificateException(
                        "this device was told of no authority: set claim.bundle to the line the controller gave"));
        X509Certificate anchor = null;
        for (X509Certificate each : chain) {
            if (Sha256.of(Pem.der(each)).equals(known)) {
                anchor = each;
            }
        }
        if (anchor == null) {
            throw new CertificateException("the server is not of the authority this device believes in (" + known
                    + "): is the claim bundle of this controller, and nobody in between?");
        }
        Optional<Instant> proven = provenTime.get();
        if (proven.isPresent() && !isWithinItsDates(chain[0], proven.get())) {
            // Only a server of this authority may cast doubt: others have certificates of any date.
            under(anchor, middleOf(chain[0])).checkServerTrusted(chain, type);
            Instant until = chain[0].getNotAfter().toInstant();
            throw new CertificateException("the server's certificate is valid from "
                    + chain[0].getNotBefore().toInstant() + " to " + until + ", and it is " + proven.get()
                    + " by what the controller said last"
                    + (doubt.test(until) ? ": the next connection is judged without that" : " and by the clock here"));
        }
        return under(anchor, proven.orElseGet(() -> middleOf(chain[0])));
    }

    private static boolean isWithinItsDates(X509Certificate server, Instant at) {
        return !at.isBefore(server.getNotBefore().toInstant())
                && !at.isAfter(server.getNotAfter().toInstant());
    }

    private static Instant middleOf(X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        return from.plus(
                Duration.between(from, certificate.getNotAfter().toInstant()).dividedBy(2));
    }

    private static X509ExtendedTrustManager under(X509Certificate anchor, Instant at) throws CertificateException {
        try {
            PKIXBuilderParameters parameters =
                    new PKIXBuilderParameters(Set.of(new TrustAnchor(anchor, null)), new X509CertSelector());
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509ExtendedTrustManager chains) {
                    return chains;
                }
            }
            throw new IllegalStateException("The runtime's trust managers check no chains");
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the server's chain cannot be judged: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("a device answers nobody over TLS");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
