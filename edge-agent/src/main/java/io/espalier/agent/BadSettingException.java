package io.espalier.agent;

/** A setting that is well-formed but does not work here: a port that is taken, a file that is not what it should be. */
final class BadSettingException extends Exception {
    BadSettingException(String message) {
        super(message);
    }
}
