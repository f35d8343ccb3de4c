package io.espalier.agent.delivery;

import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import io.espalier.host.Folders;
import io.espalier.proto.v1.ArtifactFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder for one artifact, which is whole exactly where it has a release: the former release goes before anything else, and the
 * new one comes when all files are durable.
 */
public final class SlotFolder {
    public static final String RELEASE = "release.dsse";

    private final Path folder;
    private final Steps steps;

    public SlotFolder(Path folder, Steps steps) {
        this.folder = folder;
        this.steps = steps;
    }

    /** Throws away what is there and takes every file of the artifact. */
    public void fill(FetchedArtifact artifact) throws IOException, CorruptArtifactException {
        Files.createDirectories(folder);
        Folders.syncNameOf(folder);
        empty();
        for (ArtifactFile file : artifact.manifest().getFilesList()) {
            steps.before("copy " + file.getName());
            artifact.extract(file.getName(), folder.resolve(file.getName()));
        }
        Folders.sync(folder);
        release().write(artifact.release());
    }

    private void empty() throws IOException {
        release().delete();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    /** The file that makes the folder whole. */
    public AtomicFile release() {
        return new AtomicFile(folder.resolve(RELEASE), steps);
    }
}
