package io.espalier.stack;

import io.espalier.pki.AuthorityFolder;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.tls.CertifiedSubject;
import io.espalier.tls.TlsIdentity;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** An authority in a folder, with certificates for whoever a test needs. */
public record TestAuthority(AuthorityFolder folder) {
    public static final String TENANT = "acme";

    public static TestAuthority in(Path folder) {
        return new TestAuthority(
                AuthorityFolder.open(folder, "secret".toCharArray(), Clock.systemUTC(), new SecureRandom()));
    }

    public TlsIdentity device(String id) throws GeneralSecurityException {
        return device(TENANT, id);
    }

    public TlsIdentity device(String tenant, String id) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        List<X509Certificate> chain = folder.authority()
                .device(
                        new SigningRequest(pair.getPublic()),
                        new CertifiedSubject.Device(tenant, new DeviceId(id)),
                        Duration.ofDays(1));
        return new TlsIdentity(pair.getPrivate(), chain);
    }

    public TlsIdentity controller() {
        return folder.service("controller");
    }

    public void revoke(TlsIdentity identity) {
        folder.revoke(List.of(identity.certificate().getSerialNumber()));
    }

    /** What a client shows, and its trust in servers of this authority. */
    public SSLContext show(TlsIdentity identity) throws GeneralSecurityException {
        return context(identity.keyManagers());
    }

    public SSLContext showNothing() throws GeneralSecurityException {
        return context(new KeyManager[0]);
    }

    private SSLContext context(KeyManager[] keys) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {folder.clientTrust()}, null);
        return context;
    }
}
