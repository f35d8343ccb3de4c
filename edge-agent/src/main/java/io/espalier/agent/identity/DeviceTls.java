package io.espalier.agent.identity;

import io.espalier.agent.link.SecureContext;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.Sha256;
import io.espalier.tls.Pem;
import io.espalier.tls.TlsIdentity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** What every TLS connection of this device shows and trusts: HTTPS, MQTT and Kafka. */
public final class DeviceTls implements SecureContext {
    private final DeviceIdentity identity;
    private final Optional<Sha256> told;
    private final ServerTrust trust;
    private @Nullable SSLContext context;
    private Optional<TlsIdentity> shown = Optional.empty();

    /** {@code told} is the fingerprint of the claim bundle, by which the authority is known before it has certified this device. */
    public DeviceTls(DeviceIdentity identity, Optional<Sha256> told, TrustedTime time) {
        this.identity = identity;
        this.told = told;
        this.trust = new ServerTrust(this::authority, time::proven, time::doubt);
    }

    /** The authority this device believes in; empty where nobody ever told it. */
    public Optional<Sha256> authority() {
        return identity.authority().map(known -> Sha256.of(Pem.der(known))).or(() -> told);
    }

    @Override
    public synchronized SSLContext get() throws IOException {
        SSLContext known = context;
        Optional<TlsIdentity> now = identity.certified();
        if (known == null || !now.equals(shown)) {
            try {
                known = SSLContext.getInstance("TLS");
                known.init(
                        now.map(TlsIdentity::keyManagers).orElse(new KeyManager[0]), new TrustManager[] {trust}, null);
            } catch (GeneralSecurityException e) {
                throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
            }
            context = known;
            shown = now;
        }
        return known;
    }
}
