package io.espalier.controller.upgrade;

/** What was uploaded is no program of the agent; the message says what is wrong with it. */
public final class UnusableProgramException extends Exception {
    public UnusableProgramException(String message) {
        super(message);
    }
}
