package io.espalier.controller.pki.adapter;

import io.espalier.controller.pki.ServiceTls;
import io.espalier.tls.Pem;
import io.espalier.tls.TlsIdentity;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The controller's own certificate, from the authority's folder. */
@Singleton
final class ControllerTls implements ServiceTls {
    private static final String NAME = "controller";

    private final AuthorityCustody custody;

    ControllerTls(AuthorityCustody custody) {
        this.custody = custody;
    }

    @Override
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    custody.folder().service(NAME).keyManagers(),
                    new TrustManager[] {custody.folder().clientTrust()},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime must offer TLS", e);
        }
    }

    @Override
    public Map<String, Object> kafkaSettings() {
        TlsIdentity identity = custody.folder().service(NAME);
        return Map.of(
                "security.protocol",
                "SSL",
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.certificate.chain",
                identity.chainPem(),
                "ssl.keystore.key",
                identity.keyPem(),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                Pem.of(List.of(custody.certificate())));
    }
}
