package io.espalier.agent.enrol;

/** The controller does not take this device with this token. */
public final class EnrolmentRefusedException extends Exception {
    EnrolmentRefusedException(String message) {
        super(message);
    }
}
