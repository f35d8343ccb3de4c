package io.espalier.controller.pki.adapter;

import io.espalier.controller.pki.AgentUrl;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The address that was set, or the listener's own. */
@Singleton
final class AgentAddress implements AgentUrl {
    private static final String ANY_IPV4 = "0.0.0.0";

    private final Optional<URI> publicUrl;
    private final String host;

    AgentAddress(
            @ConfigProperty(name = "espalier.agents.public-url") Optional<URI> publicUrl,
            @ConfigProperty(name = "quarkus.http.host") String host) {
        publicUrl.ifPresent(AgentAddress::host);
        this.publicUrl = publicUrl;
        this.host = host;
    }

    @Override
    public Optional<URI> get() {
        return publicUrl.or(this::listener);
    }

    /** The port is known once Quarkus listens: 0 takes any free one. */
    private Optional<URI> listener() {
        int port = ConfigProvider.getConfig()
                .getOptionalValue("quarkus.http.ssl-port", Integer.class)
                .orElse(0);
        return port <= 0 || host.equals(ANY_IPV4) || host.equals("::")
                ? Optional.empty()
                : Optional.of(URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port));
    }

    static String host(URI url) {
        if (!"https".equals(url.getScheme())
                || url.getHost() == null
                || !url.getPath().isEmpty()) {
            throw new IllegalArgumentException("espalier.agents.public-url=" + url
                    + " is not usable: expected an address such as https://controller.example:8443");
        }
        return url.getHost().replaceAll("[\\[\\]]", "");
    }
}
