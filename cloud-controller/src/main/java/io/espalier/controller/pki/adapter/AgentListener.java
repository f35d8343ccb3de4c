package io.espalier.controller.pki.adapter;

import io.espalier.tls.TlsIdentity;
import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the HTTPS listener shows to agents. Quarkus asks again once an hour, so the next certificate is taken up in time. */
@Singleton
@Identifier("agents")
public final class AgentListener implements KeyStoreProvider {
    private static final String FILE = "controller-https";

    private final AuthorityCustody custody;
    private final List<String> hosts;

    AgentListener(
            AuthorityCustody custody,
            @ConfigProperty(name = "espalier.agents.public-url") Optional<URI> publicUrl,
            @ConfigProperty(name = "espalier.agents.hosts") Optional<List<String>> hosts) {
        this.custody = custody;
        this.hosts = new ArrayList<>(hosts.orElse(List.of()));
        publicUrl.map(AgentAddress::host).ifPresent(this.hosts::add);
    }

    @Override
    public KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
        TlsIdentity identity = custody.folder().server(FILE, hosts);
        return new KeyStoreAndKeyCertOptions(
                identity.keyStore(new char[0]),
                new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(identity.chainPem()))
                        .addKeyValue(Buffer.buffer(identity.keyPem())));
    }
}
