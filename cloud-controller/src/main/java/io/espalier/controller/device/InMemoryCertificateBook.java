package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Keeps certificates in memory, for tests. */
public final class InMemoryCertificateBook implements CertificateBook {
    private final List<DeviceCertificate> kept = new ArrayList<>();

    /** Knows of no devices: here a key is a device's until it is revoked. */
    @Override
    public synchronized boolean keep(DeviceCertificate certificate) {
        boolean revoked = kept.stream()
                .anyMatch(each -> each.device().equals(certificate.device())
                        && each.key().equals(certificate.key())
                        && each.revokedAt() != null);
        return !revoked && kept.add(certificate);
    }

    public synchronized void revoke(DeviceId device, Instant at) {
        kept.replaceAll(each -> each.device().equals(device) && each.revokedAt() == null
                ? new DeviceCertificate(device, each.certificate(), at)
                : each);
    }

    @Override
    public synchronized Map<DeviceId, DeviceCertificate> newest(Collection<DeviceId> devices) {
        Map<DeviceId, DeviceCertificate> newest = new HashMap<>();
        kept.stream().filter(each -> devices.contains(each.device())).forEach(each -> newest.put(each.device(), each));
        return newest;
    }

    @Override
    public synchronized Set<BigInteger> revoked(Instant unexpiredAt) {
        return kept.stream()
                .filter(each -> each.revokedAt() != null && each.expiresAt().isAfter(unexpiredAt))
                .map(each -> each.certificate().getSerialNumber())
                .collect(Collectors.toSet());
    }

    @Override
    public synchronized void forget(Instant expiredBefore) {
        Map<DeviceId, DeviceCertificate> newest =
                newest(kept.stream().map(DeviceCertificate::device).collect(Collectors.toSet()));
        kept.removeIf(each -> each.revokedAt() == null
                && each.expiresAt().isBefore(expiredBefore)
                && !each.equals(newest.get(each.device())));
    }
}
