package io.espalier.controller.dataset.adapter;

import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where the files of data sets lie, a folder each. */
@Singleton
final class DatasetFolder {
    private final Path path;

    DatasetFolder(@ConfigProperty(name = "espalier.data.dir") Path dataFolder) {
        this.path = dataFolder.toAbsolutePath().resolve("datasets");
    }

    Path path() {
        return path;
    }
}
