package io.espalier.stack;

import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Takes a client for whom its certificate names, and hangs up on whoever has none that counts. Kafka asks at each request,
 * so a connection that was made before a certificate was revoked is of no more use. Made by Kafka, by name.
 */
public final class KafkaPrincipals implements KafkaPrincipalBuilder, Configurable {
    private final DefaultKafkaPrincipalBuilder wire = new DefaultKafkaPrincipalBuilder(null, null);
    private @Nullable ServerTls tls;

    /** For Kafka. */
    public KafkaPrincipals() {}

    @Override
    public void configure(Map<String, ?> settings) {
        tls = TlsPlugins.of(settings);
    }

    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        if (tls != null && context instanceof SslAuthenticationContext ssl) {
            try {
                return tls.clientOf(ssl.session().getPeerCertificates())
                        .map(client -> new KafkaPrincipal(KafkaPrincipal.USER_TYPE, client.getName()))
                        .orElseThrow(() -> refused("names nobody, has expired or was revoked"));
            } catch (SSLPeerUnverifiedException e) {
                throw refused("is missing");
            }
        }
        throw refused("is missing");
    }

    private static SslAuthenticationException refused(String why) {
        return new SslAuthenticationException("The client's certificate " + why);
    }

    /** As the broker's two roles tell each other whose request they pass on. */
    @Override
    public byte[] serialize(KafkaPrincipal principal) {
        return wire.serialize(principal);
    }

    @Override
    public KafkaPrincipal deserialize(byte[] principal) {
        return wire.deserialize(principal);
    }
}
