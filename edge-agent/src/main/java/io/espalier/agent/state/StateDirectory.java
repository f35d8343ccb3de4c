package io.espalier.agent.state;

import io.espalier.host.FileClaim;
import io.espalier.host.Folders;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The agent's folder, locked for one process at a time.
 *
 * <pre>
 * lock              held while an agent runs
 * enrolment.json    credentials, readable by the owner only
 * device.key        the key this device enrols with, readable by the owner only
 * device.pem        its certificate, and the authority's
 * trust.pb          the roots that were followed, and the highest numbers seen under them
 * trust.pb.last     the same once more, for when trust.pb is damaged
 * nonce             random, made before the first enrolment request
 * epoch             the largest epoch drawn so far
 * serve.port        where the Open Inference Protocol answers
 * active            which slot serves, and how it got there
 * refused.pb        the last trial, when it was refused
 * trying            the trial that runs now, and how often it was begun
 * slots/a, slots/b  model.onnx, golden.pb, provenance.json, release.dsse
 * program           slots of the agent itself, and the markers by which its launcher chooses
 * staging/DIGEST    release.dsse and content of an artifact on its way
 * profiles          DIGEST.pb, one measured probe suite each
 * spool             telemetry not yet acknowledged
 * native            ONNX Runtime's libraries, unpacked once
 * </pre>
 *
 * <p>A disk that went read-only, as one with bad blocks is mounted, still holds a good model. Such a folder is opened with what
 * an agent cannot start without in a temporary one; whatever else is to be written fails, as it does when the disk goes
 * read-only under a running agent.
 */
public final class StateDirectory implements AutoCloseable {
    /** What is of no use to the next run, or worth less than to serve now. */
    private static final Set<String> TEMPORARY = Set.of("epoch", "serve.port", "spool");

    private final Path root;
    private final Path temporary;
    private final FileClaim claim;
    private final Optional<String> damage;

    private StateDirectory(Path root, Path temporary, FileClaim claim, Optional<String> damage) {
        this.root = root;
        this.temporary = temporary;
        this.claim = claim;
        this.damage = damage;
    }

    /** Makes and locks the folder; one that cannot be written is opened only if a model was served from it. */
    public static StateDirectory open(Path root) throws StateUnusableException {
        try {
            if (!Files.isDirectory(root)) {
                List<Path> made = missing(root);
                Files.createDirectories(root);
                if (Files.getFileStore(root).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
                }
                // A claim token is used once: the key and what it brought must not go with a folder.
                for (Path folder : made) {
                    Folders.syncNameOf(folder);
                }
            }
            FileClaim claim = claim(root, root.resolve("lock"));
            return new StateDirectory(root, root, claim, Optional.empty());
        } catch (IOException e) {
            StateUnusableException unusable = StateUnusableException.of(root, e);
            if (Files.isReadable(root.resolve("enrolment.json")) && Files.isReadable(root.resolve("active"))) {
                return readOnly(root, unusable);
            }
            throw unusable;
        }
    }

    /** The folder and those above it that are not there. */
    private static List<Path> missing(Path root) {
        List<Path> missing = new ArrayList<>();
        for (Path folder = root.toAbsolutePath();
                folder != null && !Files.exists(folder);
                folder = folder.getParent()) {
            missing.add(folder);
        }
        return missing;
    }

    private static FileClaim claim(Path root, Path file) throws IOException, StateUnusableException {
        return FileClaim.tryTake(file)
                .orElseThrow(() -> new StateUnusableException("State directory " + root
                        + " is in use by another agent: give each agent a state.dir of its own"));
    }

    private static StateDirectory readOnly(Path root, StateUnusableException unusable) throws StateUnusableException {
        try {
            FileClaim claim = claim(root, lockElsewhere(root));
            Path temporary = Files.createTempDirectory("espalier-agent-");
            if (Files.isReadable(root.resolve("epoch"))) {
                Files.write(temporary.resolve("epoch"), Files.readAllBytes(root.resolve("epoch")));
            }
            String damage =
                    unusable.getMessage() + ". Until then this agent serves the model that is there and takes up"
                            + " no other, and telemetry that has not been sent is lost when it stops";
            return new StateDirectory(root, temporary, claim, Optional.of(damage));
        } catch (IOException e) {
            unusable.addSuppressed(e);
            throw unusable;
        }
    }

    /** Keeps apart those that found the folder like this; one from before has the inference port. */
    private static Path lockElsewhere(Path root) throws IOException {
        String name = root.toRealPath().toString();
        return Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("espalier-agent-" + Sha256.of(name.getBytes(StandardCharsets.UTF_8)) + ".lock");
    }

    /** Why nothing can be written here, where that is so. */
    public Optional<String> damage() {
        return damage;
    }

    /** A file right under the root. */
    public Path file(String name) {
        return (TEMPORARY.contains(name) ? temporary : root).resolve(name);
    }

    /** A folder under the root, made where it is missing. */
    public Path folder(String name) throws IOException {
        return Files.createDirectories(file(name));
    }

    @Override
    public void close() throws IOException {
        claim.close();
        if (damage.isPresent()) {
            Folders.delete(temporary);
        }
    }
}
