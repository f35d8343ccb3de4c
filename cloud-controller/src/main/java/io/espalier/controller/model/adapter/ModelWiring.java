package io.espalier.controller.model.adapter;

import io.espalier.controller.dataset.DatasetStore;
import io.espalier.controller.model.JobSpecification;
import io.espalier.controller.model.ModelFiles;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the plain parts of this feature. */
final class ModelWiring {
    @Produces
    @Singleton
    ModelFiles files(@ConfigProperty(name = "espalier.data.dir") Path dataFolder) {
        return new ModelFiles(dataFolder.toAbsolutePath().resolve("models"));
    }

    @Produces
    @Singleton
    JobSpecification specification(ModelFiles files, DatasetStore datasets) {
        return new JobSpecification(files, datasets);
    }
}
