package io.espalier.agent.trial;

import io.espalier.agent.state.AtomicFile;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ModelAssignment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The trial that runs now, on disk: a model that takes the whole process down is known by it at the next start.
 *
 * @see TrialAttempt#wasTheLast
 */
public final class TrialAttempts {
    private final AtomicFile file;

    public TrialAttempts(Path file) {
        this.file = AtomicFile.at(file);
    }

    /** Counts an attempt before the candidate is loaded; durable when this returns. */
    public void begin(ModelAssignment assignment) throws IOException {
        int before = leftover()
                .filter(attempt -> attempt.deploymentId().equals(assignment.getDeploymentId()))
                .map(TrialAttempt::number)
                .orElse(0);
        file.write(
                new TrialAttempt(assignment.getDeploymentId(), new Sha256(assignment.getArtifactDigest()), before + 1)
                        .toBytes());
    }

    /** The agent outlived the trial. */
    public void end() throws IOException {
        file.delete();
    }

    /** The attempt that began and did not end. */
    public Optional<TrialAttempt> leftover() throws IOException {
        return file.read().flatMap(TrialAttempt::parse);
    }
}
