package io.espalier.controller.artifact;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where artifacts go to reach devices: kept here for ever, on the broker as long as a device needs them. */
public interface Artifacts {
    /** Stores and publishes a variant. */
    Sha256 putVariant(List<ArtifactPart> parts, VariantLabel label);

    /** Stores and publishes a probe suite, as "probes.pb". */
    Sha256 putProbeSuite(Path suite);

    /** Stores a program of the agent; it is published when it is wanted. The same program twice is one artifact. */
    Sha256 putAgent(List<ArtifactPart> parts, AgentLabel label);

    /**
     * The artifact's release for a device; signed and published anew where the present one is not for its class, or not
     * newer than what the device was told to take before.
     *
     * @param deviceClass null where it is not known yet: then the release is for all
     */
    Released release(DeviceId device, Sha256 artifact, @Nullable String deviceClass);

    /** Publishes again what may have been taken off the broker. */
    void want(Sha256 artifact);

    /** Takes off the broker what is not among these and has not been stored just now. */
    void keepOnly(Set<Sha256> needed);
}
