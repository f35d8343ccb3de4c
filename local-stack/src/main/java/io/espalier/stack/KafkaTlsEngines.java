package io.espalier.stack;

import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/** Gives Kafka's listeners, and the clients that the broker has to itself, their {@link ServerTls}. Made by Kafka, by name. */
public final class KafkaTlsEngines implements SslEngineFactory {
    private @Nullable ServerTls tls;

    /** For Kafka. */
    public KafkaTlsEngines() {}

    @Override
    public void configure(Map<String, ?> settings) {
        tls = TlsPlugins.of(settings);
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        SSLEngine engine = tls().server().createSSLEngine(peerHost, peerPort);
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        SSLEngine engine = tls().client().createSSLEngine(peerHost, peerPort);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
        engine.setSSLParameters(parameters);
        return engine;
    }

    private ServerTls tls() {
        if (tls == null) {
            throw new IllegalStateException("Kafka asked for an engine before it configured the factory");
        }
        return tls;
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> settings) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    /** None: keys are not in a store of Kafka's. */
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
