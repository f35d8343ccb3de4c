package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.ArtifactStore;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens the artifact store under the controller's data folder. */
final class ArtifactFolder {
    private static final int LARGEST_CHUNK_BYTES = 1 << 20;

    @Produces
    @Singleton
    ArtifactStore store(
            @ConfigProperty(name = "espalier.data.dir") Path dataFolder,
            @ConfigProperty(name = "espalier.artifact.chunk-bytes", defaultValue = "262144") int chunkSizeBytes) {
        if (chunkSizeBytes < 1 || chunkSizeBytes > LARGEST_CHUNK_BYTES) {
            throw new ConfigurationException("espalier.artifact.chunk-bytes=" + chunkSizeBytes + " must be 1 to "
                    + LARGEST_CHUNK_BYTES + ": agents refuse larger chunks");
        }
        return new ArtifactStore(dataFolder.resolve("artifacts"), chunkSizeBytes, ManifestCodec::chunkSizeBytes);
    }
}
