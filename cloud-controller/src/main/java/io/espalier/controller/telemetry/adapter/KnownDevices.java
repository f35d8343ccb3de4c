package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.device.CertificateBook;
import io.espalier.controller.device.DeviceCertificate;
import io.espalier.controller.device.DeviceRegistry;
import io.espalier.proto.DeviceId;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who may be among the writers of one batch of records, as the database has it when the batch is read. */
record KnownDevices(Map<DeviceId, DeviceCertificate> certificates, Set<DeviceId> enrolled) {
    static KnownDevices among(Set<DeviceId> devices, CertificateBook book, DeviceRegistry registry) {
        Map<DeviceId, DeviceCertificate> certificates = book.newest(devices);
        Set<DeviceId> enrolled = new HashSet<>();
        for (DeviceId device : devices) {
            if (certificates.containsKey(device) || registry.find(device).isPresent()) {
                enrolled.add(device);
            }
        }
        return new KnownDevices(certificates, enrolled);
    }

    boolean isEnrolled(DeviceId device) {
        return enrolled.contains(device);
    }

    Optional<DeviceCertificate> certificateOf(DeviceId device) {
        return Optional.ofNullable(certificates.get(device));
    }
}
