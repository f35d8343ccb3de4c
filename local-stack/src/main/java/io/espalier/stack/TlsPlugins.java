package io.espalier.stack;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where plug-ins find the {@link ServerTls} of their server: Kafka and Artemis make them themselves, from a class name and
 * settings that are text.
 */
final class TlsPlugins {
    /** The setting whose value {@link #register} answers. Artemis knows it, and asks for no key store where it is set. */
    static final String SETTING = "sslContext";

    private static final Map<String, ServerTls> REGISTERED = new ConcurrentHashMap<>();

    private TlsPlugins() {}

    static String register(ServerTls tls) {
        String name = UUID.randomUUID().toString();
        REGISTERED.put(name, tls);
        return name;
    }

    static void forget(String name) {
        REGISTERED.remove(name);
    }

    static ServerTls of(Map<String, ?> settings) {
        ServerTls tls = REGISTERED.get(String.valueOf(settings.get(SETTING)));
        if (tls == null) {
            throw new IllegalStateException("No server is registered under " + SETTING + "=" + settings.get(SETTING));
        }
        return tls;
    }
}
