package io.espalier.pruning.cli;

import java.util.List;

/** The caller's input cannot be worked with; the message is for the person who gave it. */
final class InvalidInputException extends RuntimeException {
    private final String title;

    InvalidInputException(String title, String detail) {
        super(detail);
        this.title = title;
    }

    /** All that is wrong at once. */
    InvalidInputException(String title, List<String> problems) {
        this(title, String.join("\n", problems));
    }

    String title() {
        return title;
    }
}
