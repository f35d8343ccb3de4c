package io.espalier.trust;

/** The outcome of a verification. */
public sealed interface Verdict<T> {
    record Verified<T>(T value) implements Verdict<T> {}

    record Rejected<T>(Rejection rejection) implements Verdict<T> {}

    /** Steps of a verification, the first of which to fail ends it. */
    @FunctionalInterface
    interface Steps<T> {
        T run() throws RejectedException;
    }

    static <T> Verdict<T> of(Steps<T> steps) {
        try {
            return new Verified<>(steps.run());
        } catch (RejectedException e) {
            return new Rejected<>(e.rejection());
        }
    }

    /** The value, or the rejection as an exception where the caller has a way of its own to end. */
    default T orThrow() throws RejectedException {
        if (this instanceof Verified<T> verified) {
            return verified.value();
        }
        throw new RejectedException(((Rejected<T>) this).rejection());
    }
}
