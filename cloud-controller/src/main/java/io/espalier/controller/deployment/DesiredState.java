package io.espalier.controller.deployment;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one way to change what devices should do. Stored before it is sent, sent until the device has it. */
public interface DesiredState {
    Desired of(DeviceId device);

    /** Lets a device time these suites, no others. Nothing is sent where it was told so already. */
    void measure(DeviceId device, List<Sha256> suites);

    /**
     * Lets a device become another program of the agent, or stay with what it has where {@code program} is null. Nothing
     * is sent where it was told so already.
     */
    void program(DeviceId device, @Nullable Sha256 program);

    /** Which program devices were told to become; those that may stay with what they have are missing. */
    Map<DeviceId, Sha256> programs();

    /**
     * Assigns a model. A deployment that is still open is superseded; one that serves goes on until the new one is
     * accepted.
     *
     * @return the deployment's id
     */
    String deploy(DeploymentRequest request);
}
