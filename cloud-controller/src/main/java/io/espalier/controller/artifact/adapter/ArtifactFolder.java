package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.ArtifactStore;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens the artifact store under the controller's data folder. */
final class ArtifactFolder {
    @Produces
    @Singleton
    ArtifactStore store(
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder,
            @ConfigProperty(name = "espalier.artifact.chunk-bytes", defaultValue = "262144") int chunkSizeBytes) {
        return new ArtifactStore(dataFolder.resolve("artifacts"), chunkSizeBytes);
    }
}
