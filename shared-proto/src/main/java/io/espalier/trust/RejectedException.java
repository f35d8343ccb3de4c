package io.espalier.trust;

import io.espalier.trust.Rejection.Reason;

/** Ends a verification. */
public final class RejectedException extends Exception {
    private final transient Rejection rejection;

    public RejectedException(Rejection rejection) {
        super(rejection.toString());
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }

    static void require(boolean holds, Reason reason, String otherwise) throws RejectedException {
        if (!holds) {
            throw new RejectedException(new Rejection(reason, otherwise));
        }
    }
}
