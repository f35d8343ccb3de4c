package io.espalier.agent;

/** A setting that is well-formed but does not work here: a file that is not what it should be. */
sealed class BadSettingException extends Exception permits PortTakenException {
    BadSettingException(String message) {
        super(message);
    }
}
