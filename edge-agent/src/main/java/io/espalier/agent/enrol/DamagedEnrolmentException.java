package io.espalier.agent.enrol;

import java.io.IOException;

/** The stored credentials are there but cannot be understood; the message names the file and says what to do. */
public final class DamagedEnrolmentException extends IOException {
    DamagedEnrolmentException(String message, Throwable cause) {
        super(message, cause);
    }
}
