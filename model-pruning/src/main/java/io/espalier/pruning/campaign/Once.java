package io.espalier.pruning.campaign;

import java.util.Optional;
import java.util.function.Supplier;

/** Asks its source at most once; for one thread. */
final class Once<T> implements Supplier<T> {
    private final Supplier<T> source;
    private Optional<T> known = Optional.empty();

    private Once(Supplier<T> source) {
        this.source = source;
    }

    static <T> Once<T> of(Supplier<T> source) {
        return new Once<>(source);
    }

    @Override
    public T get() {
        if (known.isEmpty()) {
            known = Optional.of(source.get());
        }
        return known.get();
    }
}
