package io.espalier.controller.access.adapter;

import io.espalier.controller.access.KeyFile;
import jakarta.inject.Singleton;
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

    SecretKey get() {
        SecretKey known = key;
        if (known == null) {
            known = file.hmacKey();
            key = known;
        }
        return known;
    }
}
