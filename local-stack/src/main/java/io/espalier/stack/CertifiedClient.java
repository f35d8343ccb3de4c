package io.espalier.stack;

import io.espalier.tls.CertifiedSubject;
import java.math.BigInteger;
import java.security.Principal;

/** Who is at the other end of a TLS connection, and by which certificate. */
record CertifiedClient(CertifiedSubject subject, BigInteger serial) implements Principal {
    /** Such as {@code device.TENANT.ID}; no name has a dot, so no two clients share one. */
    @Override
    public String getName() {
        if (subject instanceof CertifiedSubject.Device device) {
            return "device." + device.tenant() + "." + device.id();
        }
        return service(((CertifiedSubject.Service) subject).name());
    }

    static String service(String name) {
        return "service." + name;
    }
}
