package io.espalier.controller.pki;

import java.net.URI;
import java.util.Optional;

/** Where agents reach this controller over HTTPS. */
@FunctionalInterface
public interface AgentUrl {
    /** Empty where nothing listens there, and where it listens on every address and was not told which one agents know. */
    Optional<URI> get();
}
