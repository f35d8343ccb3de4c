package io.espalier.demo;

import io.espalier.demo.terminal.Screen;
import java.nio.file.Path;

/** Trains the bundled model anew from the drawn images. */
final class BundledModelTraining {
    private final Path project;
    private final Path folder;
    private final Screen screen;

    BundledModelTraining(Path project, Path folder, Screen screen) {
        this.project = project;
        this.folder = folder;
        this.screen = screen;
    }

    int run() {
        screen.failed("not yet: " + project + " " + folder);
        return 1;
    }
}
