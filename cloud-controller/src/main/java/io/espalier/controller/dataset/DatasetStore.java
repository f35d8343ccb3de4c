package io.espalier.controller.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Data sets: what is known of them, and where their file is. */
public interface DatasetStore {
    void add(Dataset dataset);

    Optional<Dataset> find(DatasetId id);

    /** Newest first. */
    List<Dataset> all();

    /** The file a worker is given. */
    Path location(Dataset dataset);
}
