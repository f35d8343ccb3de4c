package io.espalier.agent.shadow;

import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.ModelAssignment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The newest desired state; older versions that come late are ignored. */
final class Wish {
    private @Nullable Desired newest;
    private boolean fresh;

    synchronized void offer(Desired desired) {
        if (newest != null && Long.compareUnsigned(desired.getVersion(), newest.getVersion()) < 0) {
            return;
        }
        newest = desired;
        fresh = true;
        notifyAll();
    }

    /** The newest state, once there is one that was not taken yet or {@code retryAfter} has passed. */
    synchronized Desired take(@Nullable Duration retryAfter) throws InterruptedException {
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

    /** Whether this deployment, not merely its artifact, is what the newest state asks for. */
    synchronized boolean asksFor(ModelAssignment assignment) {
        return newest != null && newest.getModel().getDeploymentId().equals(assignment.getDeploymentId());
    }

    synchronized boolean names(String artifactDigest) {
        return newest != null
                && (newest.getModel().getArtifactDigest().equals(artifactDigest)
                        || newest.getMeasureList().contains(artifactDigest));
    }
}
