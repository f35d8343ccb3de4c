package io.espalier.agent.link;

/** Something would go over a network in the clear; the message names the address and says what to do. */
public final class InsecureAddressException extends Exception {
    InsecureAddressException(String message) {
        super(message);
    }
}
