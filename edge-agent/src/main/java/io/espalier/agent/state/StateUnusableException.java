package io.espalier.agent.state;

/** The state directory cannot be used; the message says which and what to do. */
public final class StateUnusableException extends Exception {
    StateUnusableException(String message) {
        super(message);
    }
}
