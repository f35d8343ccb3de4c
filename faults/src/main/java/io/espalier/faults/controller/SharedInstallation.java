package io.espalier.faults.controller;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One installation for all cases that need one, started for the first of them. */
public final class SharedInstallation implements AutoCloseable {
    private final Path project;
    private final Path folder;
    private @Nullable Installation installation;

    public SharedInstallation(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
    }

    public synchronized Installation get() throws Exception {
        Installation known = installation;
        if (known == null) {
            known = Installation.start(project, folder);
            installation = known;
        }
        return known;
    }

    @Override
    public synchronized void close() throws Exception {
        if (installation != null) {
            installation.close();
        }
    }
}
