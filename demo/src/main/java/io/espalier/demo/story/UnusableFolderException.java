package io.espalier.demo.story;

/** The folder holds what this story cannot go on from; the message says what and what to do. */
public final class UnusableFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableFolderException(String message) {
        super(message);
    }
}
