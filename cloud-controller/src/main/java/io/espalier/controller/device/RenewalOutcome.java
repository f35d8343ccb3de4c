package io.espalier.controller.device;

import java.security.cert.X509Certificate;

/** How a device's request for its next certificate ended. */
public sealed interface RenewalOutcome {
    /** Here it is; where the last one is not near its end, that one again. */
    record Renewed(X509Certificate certificate) implements RenewalOutcome {}

    /** The nonce is not ours or too old: the device draws another and asks again. */
    record StaleNonce() implements RenewalOutcome {}

    /** No such device, or whoever asks does not have its key: the two must look alike. */
    record NotProven() implements RenewalOutcome {}

    record Revoked() implements RenewalOutcome {}
}
