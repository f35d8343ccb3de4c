package io.espalier.agent.delivery;

import io.espalier.proto.Sha256;

/** Tells the cloud which part did not come. */
@FunctionalInterface
public interface NeedChannel {
    /** {@code chunk} is negative for the manifest. */
    void ask(Sha256 artifact, int chunk);
}
