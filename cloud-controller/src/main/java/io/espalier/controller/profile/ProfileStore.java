package io.espalier.controller.profile;

import io.espalier.proto.DeviceId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The newest profile of each suite, runtime key and device. */
public interface ProfileStore {
    /**
     * Keeps a profile unless it is older than what is there, or the device is unknown or retired. Announce a {@link
     * ProfileStored} when this is true.
     */
    boolean upsert(DeviceProfile profile);

    /** Newest first, by the order in which the device made them: its clock may have been set meanwhile. */
    List<DeviceProfile> of(DeviceId device);

    /** The newest measurement of a suite. */
    Optional<DeviceProfile> find(DeviceId device, String suiteDigest);

    /** The newest measurement of a suite under this runtime key. */
    default Optional<DeviceProfile> find(DeviceId device, String suiteDigest, DeviceProfile.RuntimeKey runtime) {
        return of(device).stream()
                .filter(profile -> profile.suiteDigest().equals(suiteDigest)
                        && profile.runtime().equals(runtime))
                .findFirst();
    }

    /** The newest profile of each of these devices, whatever the suite; devices without one are missing. */
    Map<DeviceId, DeviceProfile> newest(Collection<DeviceId> devices);
}
