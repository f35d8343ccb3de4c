package io.espalier.controller.device.adapter;

import io.espalier.controller.access.KeyFile;
import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.Certification;
import io.espalier.controller.device.RenewalNonces;
import io.espalier.controller.pki.Authority;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts certification together. */
final class CertificateWiring {
    @Produces
    @Singleton
    Certification certification(
            Authority authority,
            CertificateBook book,
            Clock clock,
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder) {
        KeyFile key = new KeyFile(dataFolder.resolve("keys").resolve("renewal.key"));
        return new Certification(authority, book, new RenewalNonces(key::hmacKey, clock, new SecureRandom()), clock);
    }
}
