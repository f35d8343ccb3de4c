package io.espalier.controller.pruning;

import io.espalier.proto.Sha256;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every variant that was ever made. */
public interface Variants {
    /** A variant that is there already stays as it is. */
    void add(Variant variant);

    Optional<Variant> find(String modelId, Sha256 digest);

    /** Of whichever model; the newest where several models share the file. */
    Optional<Variant> find(Sha256 digest);

    /** Without their content, for many at once. */
    List<Variant> findAll(Collection<Sha256> digests);

    Optional<Variant> dense(String modelId);

    /**
     * Pruned variants whose score on the samples to choose by is known, oldest first; the newest ones where there are very
     * many. All of one model are made by its one recipe from its one data set, so their scores compare.
     */
    List<ScoredVariant> scored(String modelId);

    /** Newest first and without their content; of all models where none is named. */
    List<Variant> list(@Nullable String modelId);
}
