package io.espalier.agent.state;

import io.espalier.host.FileClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The agent's folder, locked for one process at a time.
 *
 * <pre>
 * lock              held while an agent runs
 * enrolment.json    credentials, readable by the owner only
 * device.key        the key this device enrols with, readable by the owner only
 * device.pem        its certificate, and the authority's
 * nonce             random, made before the first enrolment request
 * epoch             the largest epoch drawn so far
 * serve.port        where the Open Inference Protocol answers
 * active            which slot serves, and how it got there
 * refused.pb        the last trial, when it was refused
 * trying            the trial that runs now, and how often it was begun
 * slots/a, slots/b  model.onnx, golden.pb, provenance.json, manifest.pb
 * staging/DIGEST    manifest.pb and content of an artifact on its way
 * profiles          DIGEST.pb, one measured probe suite each
 * spool             telemetry not yet acknowledged
 * native            ONNX Runtime's libraries, unpacked once
 * </pre>
 */
public final class StateDirectory implements AutoCloseable {
    private final Path root;
    private final FileClaim claim;

    private StateDirectory(Path root, FileClaim claim) {
        this.root = root;
        this.claim = claim;
    }

    /** Makes and locks the folder. */
    public static StateDirectory open(Path root) throws StateUnusableException {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root);
                if (Files.getFileStore(root).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
                }
            }
            Optional<FileClaim> claim = FileClaim.tryTake(root.resolve("lock"));
            if (claim.isEmpty()) {
                throw new StateUnusableException("State directory " + root
                        + " is in use by another agent: give each agent a state.dir of its own");
            }
            return new StateDirectory(root, claim.get());
        } catch (IOException e) {
            throw StateUnusableException.of(root, e);
        }
    }

    /** A file right under the root. */
    public Path file(String name) {
        return root.resolve(name);
    }

    /** A folder under the root, made where it is missing. */
    public Path folder(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    @Override
    public void close() throws IOException {
        claim.close();
    }
}
