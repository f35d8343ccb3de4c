package io.espalier.demo.api;

import java.io.IOException;

/** A call that may not be repeated blindly reached the controller, but its answer did not come back. */
final class AnswerLostException extends IOException {
    private static final long serialVersionUID = 1L;

    AnswerLostException(Call call, IOException cause) {
        super("the answer to " + call + " was lost (" + cause.getMessage() + ")", cause);
    }
}
