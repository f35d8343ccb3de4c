package io.espalier.agent.link;

import java.io.IOException;
import javax.net.ssl.SSLContext;

/** Where TLS connections get their key and their trust: another context after each renewal, for connections made from then on. */
@FunctionalInterface
public interface SecureContext {
    /** For a device that speaks to nobody over TLS. */
    SecureContext NONE = () -> {
        throw new IOException("this device knows no authority, so it cannot speak TLS");
    };

    SSLContext get() throws IOException;
}
