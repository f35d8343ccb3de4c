package io.espalier.controller.access.adapter;

import io.espalier.controller.access.KeyFile;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.crypto.SecretKey;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Signs and verifies sessions; read once. */
@Singleton
final class SessionKey {
    private final KeyFile file;
    private volatile @Nullable SecretKey key;

    SessionKey(@ConfigProperty(name = "espalier.data.dir") Path dataFolder) {
        this.file = new KeyFile(dataFolder.resolve("keys").resolve("session.key"));
    }

    /** A data folder that cannot be used is found out at the start, not at the first login. */
    void prepare(@Observes @Priority(5) StartupEvent event) {
        try {
            get();
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new ConfigurationException("espalier.data.dir: " + e.getMessage());
        }
    }

    SecretKey get() {
        SecretKey known = key;
        if (known == null) {
            known = file.hmacKey();
            key = known;
        }
        return known;
    }
}
