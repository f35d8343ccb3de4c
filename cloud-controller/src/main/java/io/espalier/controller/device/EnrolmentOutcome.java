package io.espalier.controller.device;

/** How an enrolment ended. */
public sealed interface EnrolmentOutcome {
    /**
     * The device is in.
     *
     * @param again true when the same agent asked before and only lost the answer
     */
    record Enrolled(Device device, boolean again) implements EnrolmentOutcome {}

    /** No such token, or one that was made for another device: the two must look alike. */
    record UnknownToken() implements EnrolmentOutcome {}

    record ExpiredToken() implements EnrolmentOutcome {}

    /** It has let in every device it was for. */
    record UsedQuota(int quota) implements EnrolmentOutcome {}

    record UsedToken() implements EnrolmentOutcome {}

    /** Another machine already has this id. */
    record DuplicateDevice(boolean retired) implements EnrolmentOutcome {}

    /** Another device enrolled with this key: it was copied, with a disk image for instance. */
    record ClonedKey() implements EnrolmentOutcome {}

    /** A certificate of this key was revoked. */
    record RevokedKey() implements EnrolmentOutcome {}
}
