package io.espalier.agent.trial;

import io.espalier.proto.Sha256;
import io.espalier.proto.v1.TrialReport;
import io.espalier.proto.v1.TrialReport.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A trial that began: which deployment, of which artifact, and for the how manieth time in a row. */
public record TrialAttempt(String deploymentId, Sha256 artifactDigest, int number) {
    private static final int MOST = 2;
    private static final int WORDS = 3;

    /** Whether an agent that died of this attempt makes no other. */
    public boolean wasTheLast() {
        return number >= MOST;
    }

    /** The report on a deployment whose trials the agent did not survive. */
    public TrialReport refusal() {
        return TrialReport.newBuilder()
                .setDeploymentId(deploymentId)
                .setArtifactDigest(artifactDigest.hex())
                .setOutcome(Outcome.OUTCOME_DOES_NOT_LOAD)
                .setDetail("the agent died while trying it, " + number + " times in a row")
                .build();
    }

    byte[] toBytes() {
        return (number + " " + artifactDigest + " " + deploymentId).getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where the bytes are not an attempt. */
    static Optional<TrialAttempt> parse(byte[] bytes) {
        String[] words = new String(bytes, StandardCharsets.UTF_8).split(" ", WORDS);
        try {
            return words.length == WORDS
                    ? Optional.of(new TrialAttempt(words[2], new Sha256(words[1]), Integer.parseInt(words[0])))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
