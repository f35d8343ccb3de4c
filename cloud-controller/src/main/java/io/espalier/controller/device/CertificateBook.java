package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which certificates were issued to devices, and which of them count no more. */
public interface CertificateBook {
    /**
     * Keeps one that is about to be handed out, unless the device was retired or has another key by now. A retirement or a
     * replacement of that moment either sees it and revokes it, or keeps it out.
     *
     * @return whether it was kept; one that was not must not leave the controller
     */
    boolean keep(DeviceCertificate certificate);

    /** Of each device the last one that was issued; devices without are not in the answer. */
    Map<DeviceId, DeviceCertificate> newest(Collection<DeviceId> devices);

    default Optional<DeviceCertificate> newest(DeviceId device) {
        return Optional.ofNullable(newest(Set.of(device)).get(device));
    }

    /** Serial numbers of what was revoked and had not expired at that time. */
    Set<BigInteger> revoked(Instant unexpiredAt);

    /** Forgets what expired before that time without having been revoked, but for the newest of each device. */
    void forget(Instant expiredBefore);
}
