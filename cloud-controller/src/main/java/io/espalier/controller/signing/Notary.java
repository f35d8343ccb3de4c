package io.espalier.controller.signing;

import io.espalier.trust.Role;
import io.espalier.trust.TrustedRoot;
import java.util.Optional;

/** Signs for this installation under its newest root. */
public interface Notary {
    TrustedRoot root();

    /** The envelope of a root. */
    Optional<byte[]> root(long version);

    /** Puts the payload into an envelope with as many signatures as the root asks for. */
    byte[] sign(Role role, byte[] payload);

    /** Runs the task whenever another root counts: what was signed before has to be signed again. */
    void onNewRoot(Runnable task);
}
