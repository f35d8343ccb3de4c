package io.espalier.agent.shadow;

import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.ModelAssignment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The newest believed assignment; older versions that come late are ignored. */
final class Wish {
    private @Nullable Assignment newest;
    private boolean fresh;

    synchronized void offer(Assignment assignment) {
        if (newest != null && isOlder(assignment, newest)) {
            return;
        }
        newest = assignment;
        fresh = true;
        notifyAll();
    }

    /** Under new keys, sequences begin anew. */
    private static boolean isOlder(Assignment assignment, Assignment than) {
        int byGeneration = Long.compareUnsigned(assignment.getGeneration(), than.getGeneration());
        return byGeneration < 0
                || byGeneration == 0
                        && Long.compareUnsigned(
                                        assignment.getDesired().getVersion(),
                                        than.getDesired().getVersion())
                                < 0;
    }

    /** The newest state, once there is one that was not taken yet or {@code retryAfter} has passed. */
    synchronized Assignment take(@Nullable Duration retryAfter) throws InterruptedException {
        long deadline = retryAfter == null ? Long.MAX_VALUE : System.nanoTime() + retryAfter.toNanos();
        while (true) {
            long left = retryAfter == null ? Long.MAX_VALUE : deadline - System.nanoTime();
            if (newest != null && (fresh || left <= 0)) {
                fresh = false;
                return newest;
            }
            if (retryAfter == null || newest == null) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }

    /** The newest assignment where this deployment, not merely its artifact, is what it asks for. */
    synchronized Optional<Assignment> askingFor(ModelAssignment model) {
        return newest != null
                        && newest.getDesired().getModel().getDeploymentId().equals(model.getDeploymentId())
                ? Optional.of(newest)
                : Optional.empty();
    }

    synchronized boolean names(String artifactDigest) {
        return newest != null
                && (newest.getDesired().getModel().getArtifactDigest().equals(artifactDigest)
                        || newest.getDesired().getAgent().getArtifactDigest().equals(artifactDigest)
                        || newest.getDesired().getMeasureList().contains(artifactDigest));
    }
}
