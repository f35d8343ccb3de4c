package io.espalier.controller.device;

/**
 * What is known of the key that a device asks to enrol with.
 *
 * @param enrolled it is the one that this device has now
 * @param elsewhere another device has it
 * @param revoked a certificate of it was revoked
 */
public record KeyStanding(boolean enrolled, boolean elsewhere, boolean revoked) {
    public static final KeyStanding UNKNOWN = new KeyStanding(false, false, false);
}
