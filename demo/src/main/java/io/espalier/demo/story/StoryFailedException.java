package io.espalier.demo.story;

/** The story cannot go on; the message says why and what to do. */
public final class StoryFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoryFailedException(String message) {
        super(message);
    }
}
