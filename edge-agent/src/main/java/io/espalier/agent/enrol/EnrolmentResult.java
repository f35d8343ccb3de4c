package io.espalier.agent.enrol;

/** How one request to enrol ended. */
sealed interface EnrolmentResult {
    record Enrolled(Enrolment enrolment, byte[] answer) implements EnrolmentResult {}

    /** The controller said no; asking again would not change that. */
    record Refused(String why) implements EnrolmentResult {}

    record Unreachable(String why) implements EnrolmentResult {}
}
