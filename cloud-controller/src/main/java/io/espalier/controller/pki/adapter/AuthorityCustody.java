package io.espalier.controller.pki.adapter;

import io.espalier.controller.pki.Authority;
import io.espalier.pki.AuthorityFolder;
import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.signing.CustodyException;
import io.espalier.signing.Passphrase;
import io.espalier.tls.CertifiedSubject;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The authority in its folder, which the servers of this host may share. */
@Singleton
public final class AuthorityCustody implements Authority {
    private final AuthorityFolder folder;
    private final Duration lifetime;
    private final String tenant;

    AuthorityCustody(
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder,
            @ConfigProperty(name = "espalier.pki.dir") Optional<Path> folder,
            @ConfigProperty(name = "espalier.pki.passphrase-file") Optional<Path> passphraseFile,
            @ConfigProperty(name = "espalier.pki.passphrase") Optional<String> passphrase,
            @ConfigProperty(name = "espalier.device.certificate-lifetime") Duration lifetime,
            @ConfigProperty(name = "espalier.tenant") String tenant,
            Clock clock) {
        Path keys = folder.orElse(dataFolder.resolve("pki"));
        Path secretFile = passphraseFile.orElse(dataFolder.resolve("keys").resolve("pki.passphrase"));
        this.folder = open(keys, secretFile, passphrase, clock);
        this.lifetime = lifetime;
        this.tenant = tenant;
    }

    private static AuthorityFolder open(Path folder, Path secretFile, Optional<String> passphrase, Clock clock) {
        SecureRandom random = new SecureRandom();
        try {
            char[] secret =
                    passphrase.map(String::toCharArray).orElseGet(() -> Passphrase.readOrDraw(secretFile, random));
            AuthorityFolder opened = AuthorityFolder.open(folder, secret, clock, random);
            Arrays.fill(secret, ' ');
            return opened;
        } catch (CustodyException e) {
            throw new ConfigurationException("espalier.pki: " + e.getMessage());
        }
    }

    /** For what this host's servers and the controller itself show. */
    AuthorityFolder folder() {
        return folder;
    }

    @Override
    public X509Certificate certificate() {
        return folder.authority().certificate();
    }

    @Override
    public Sha256 fingerprint() {
        return folder.authority().fingerprint();
    }

    @Override
    public X509Certificate certify(SigningRequest request, DeviceId device) {
        return folder.authority()
                .device(request, new CertifiedSubject.Device(tenant, device), lifetime)
                .get(0);
    }

    @Override
    public void revokeOnly(Set<BigInteger> serials) {
        folder.revokeOnly(serials);
    }
}
