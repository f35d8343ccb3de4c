package io.espalier.agent.telemetry;

import io.espalier.agent.link.SecureContext;
import java.io.IOException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gives each connection to Kafka the certificate that counts when it is made, and the agent's own way of knowing servers,
 * which holds whatever the clock says. Made by Kafka, by name.
 */
public final class KafkaTlsEngines implements SslEngineFactory {
    /** The setting with the {@link SecureContext}. */
    static final String TLS = "espalier.tls";

    private SecureContext tls = SecureContext.NONE;

    /** For Kafka. */
    public KafkaTlsEngines() {}

    /** What makes a client speak TLS this way. */
    static Map<String, Object> settings(SecureContext tls) {
        return Map.of(
                "security.protocol", "SSL", "ssl.engine.factory.class", KafkaTlsEngines.class.getName(), TLS, tls);
    }

    @Override
    public void configure(Map<String, ?> settings) {
        if (settings.get(TLS) instanceof SecureContext given) {
            tls = given;
        }
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        try {
            SSLEngine engine = tls.get().createSSLEngine(peerHost, peerPort);
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
            engine.setSSLParameters(parameters);
            return engine;
        } catch (IOException e) {
            throw new KafkaException("TLS to " + peerHost + ":" + peerPort + ": " + e.getMessage(), e);
        }
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        throw new UnsupportedOperationException("A device is no server of Kafka");
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> settings) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    /** None: the key is not in a store of Kafka's. */
    @Override
    public @Nullable KeyStore keystore() {
        return null;
    }

    /** None. */
    @Override
    public @Nullable KeyStore truststore() {
        return null;
    }

    @Override
    public void close() {}
}
