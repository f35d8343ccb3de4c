package io.espalier.controller.artifact.adapter;

import io.espalier.proto.Sha256;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/**
 * Artifacts that cannot be read or signed. They keep no other waiting, and each is told once until it can be sent, however
 * often devices ask for it.
 */
final class UnsendableArtifacts {
    private static final Logger LOG = Logger.getLogger(UnsendableArtifacts.class);

    private final Set<Sha256> told = ConcurrentHashMap.newKeySet();

    /** Throws only what broker or database fail with: that is for all artifacts, and worth another try. */
    void apart(Sha256 artifact, Runnable sending) {
        try {
            sending.run();
            told.remove(artifact);
        } catch (CompletionException | JdbiException e) {
            throw e;
        } catch (RuntimeException e) {
            tell(artifact, e);
        }
    }

    void tell(Sha256 artifact, RuntimeException why) {
        if (told.add(artifact)) {
            LOG.errorf(
                    why, "Artifact %s cannot be read or signed: what devices miss of it is not sent again", artifact);
        }
    }
}
