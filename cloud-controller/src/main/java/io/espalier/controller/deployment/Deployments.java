package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was deployed and how it went. */
public interface Deployments {
    /** Most lists are this long at most: the newest. */
    int MOST = 200;

    /**
     * Of one device, oldest first; of all models where none is named. What a machine ran that had the device's name
     * before is not among them.
     */
    List<Deployment> of(DeviceId device, @Nullable String modelId);

    /** The newest of all devices, newest first. */
    List<Deployment> newest();

    Optional<DeviceStatus> status(DeviceId device);

    Map<DeviceId, DeviceStatus> statusOf(Collection<DeviceId> devices);

    /**
     * What serves on each of these devices, by their own latest word where it names a known deployment; devices
     * without a model are missing.
     */
    Map<DeviceId, Deployment> servingOn(Collection<DeviceId> devices);

    /** The newest trial of an unpruned model on each of these devices; devices without one are missing. */
    Map<DeviceId, Deployment> denseTriedOn(Collection<DeviceId> devices);

    /** Artifacts that some device is to measure, to run or to become. */
    Set<Sha256> neededArtifacts();
}
