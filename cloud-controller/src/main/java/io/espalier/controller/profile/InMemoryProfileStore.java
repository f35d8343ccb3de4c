package io.espalier.controller.profile;

import io.espalier.proto.DeviceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps profiles in memory and knows no retired devices, for tests. */
public final class InMemoryProfileStore implements ProfileStore {
    private static final Comparator<DeviceProfile> NEWEST_FIRST =
            (one, other) -> isNewer(one, other) ? -1 : isNewer(other, one) ? 1 : 0;

    private final Map<List<String>, DeviceProfile> profiles = new LinkedHashMap<>();

    @Override
    public synchronized boolean upsert(DeviceProfile profile) {
        List<String> key = List.of(
                profile.device().value(),
                profile.suiteDigest(),
                profile.runtime().word());
        DeviceProfile known = profiles.get(key);
        if (known != null && !isNewer(profile, known)) {
            return false;
        }
        profiles.put(key, profile);
        return true;
    }

    @Override
    public synchronized List<DeviceProfile> of(DeviceId device) {
        List<DeviceProfile> found = new ArrayList<>(profiles.values());
        found.removeIf(profile -> !profile.device().equals(device));
        found.sort(NEWEST_FIRST);
        return found;
    }

    @Override
    public Optional<DeviceProfile> find(DeviceId device, String suiteDigest) {
        return of(device).stream()
                .filter(profile -> profile.suiteDigest().equals(suiteDigest))
                .findFirst();
    }

    @Override
    public Map<DeviceId, DeviceProfile> newest(Collection<DeviceId> devices) {
        Map<DeviceId, DeviceProfile> newest = new LinkedHashMap<>();
        devices.forEach(device -> of(device).stream().findFirst().ifPresent(profile -> newest.put(device, profile)));
        return newest;
    }

    private static boolean isNewer(DeviceProfile candidate, DeviceProfile known) {
        int epochs = Long.compareUnsigned(candidate.epoch(), known.epoch());
        return epochs > 0 || (epochs == 0 && Long.compareUnsigned(candidate.sequence(), known.sequence()) > 0);
    }
}
