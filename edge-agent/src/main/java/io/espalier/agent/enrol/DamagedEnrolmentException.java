package io.espalier.agent.enrol;

import io.espalier.agent.link.Causes;
import java.io.IOException;
import java.nio.file.Path;

/** The stored credentials are there but cannot be understood; the message names the file and says what to do. */
public final class DamagedEnrolmentException extends IOException {
    private DamagedEnrolmentException(String message, Throwable cause) {
        super(message, cause);
    }

    /** For credentials whose trust makes no sense. */
    static DamagedEnrolmentException of(Exception cause) {
        return new DamagedEnrolmentException(
                "What the controller gave this device to believe in makes no sense (" + Causes.inShort(cause)
                        + "): remove enrolment.json from the state directory, and set claim.bundle to a new line from the operator to"
                        + " enrol again",
                cause);
    }

    static DamagedEnrolmentException of(Path file, Exception cause) {
        return new DamagedEnrolmentException(
                file + " is damaged (" + Causes.inShort(cause)
                        + "): remove it, and set claim.bundle to a new line from the operator to enrol again",
                cause);
    }
}
