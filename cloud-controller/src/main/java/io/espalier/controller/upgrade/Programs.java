package io.espalier.controller.upgrade;

import io.espalier.proto.Sha256;
import java.util.List;
import java.util.Optional;

/** Every program that was uploaded. */
public interface Programs {
    /** Keeps one; the same artifact again changes nothing. */
    void add(Program program);

    Optional<Program> find(Sha256 digest);

    /** Newest first. */
    List<Program> all();
}
