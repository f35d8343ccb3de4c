package io.espalier.trust;

import java.util.Locale;

/** Why a document is not believed. */
public record Rejection(Reason reason, String detail) {
    /** What kind of thing is wrong. */
    public enum Reason {
        /** Longer than any honest document of its kind. */
        TOO_LARGE,
        /** Not a document of the kind, or one that can be read in two ways. */
        MALFORMED,
        UNSIGNED,
        UNKNOWN_KEY,
        REVOKED_KEY,
        BAD_SIGNATURE,
        /** Fewer good signatures of different keys than the role asks for. */
        THRESHOLD,
        /** Made under keys that were replaced since. */
        OLD_GENERATION,
        /** An older version than one that was believed before. */
        ROLLBACK,
        /** Not the version that follows the one at hand. */
        ROOT_GAP,
        EXPIRED,
        /** The device's clock cannot be right, and the document does not answer its nonce. */
        CLOCK,
        WRONG_TENANT,
        WRONG_DEVICE,
        WRONG_CLASS,
        /** Parts of different documents. */
        MIXED
    }

    @Override
    public String toString() {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + detail;
    }
}
