package io.espalier.controller.artifact;

import io.espalier.proto.Sha256;
import java.io.IOException;
import java.io.OutputStream;

/** The files that artifacts were made of. */
@FunctionalInterface
public interface ArtifactFiles {
    /**
     * Writes one file as it was before it was packed.
     *
     * @throws IOException where it is not there, is damaged, or cannot be written; what was written is worth nothing then
     */
    void copy(Sha256 artifact, String name, OutputStream out) throws IOException;
}
