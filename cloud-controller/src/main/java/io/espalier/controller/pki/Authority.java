package io.espalier.controller.pki;

import io.espalier.pki.SigningRequest;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Set;

/** Certifies devices. */
public interface Authority {
    X509Certificate certificate();

    /** By which a device knows this authority at first sight. */
    Sha256 fingerprint();

    /** A certificate for this device and the key of the request. */
    X509Certificate certify(SigningRequest request, DeviceId device);

    /** Makes these the whole list of what counts no more. */
    void revokeOnly(Set<BigInteger> serials);
}
