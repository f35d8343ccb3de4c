package io.espalier.controller.deployment.adapter;

import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.Desired;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.ProfileStore;
import io.espalier.controller.signing.Notary;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Assignment;
import io.espalier.trust.HardwareClass;
import io.espalier.trust.Role;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Signs what a device is to do, for a short while, and with the nonce it said last: that settles a wrong clock. */
@Singleton
final class SignedAssignments {
    private final Notary notary;
    private final Artifacts artifacts;
    private final ProfileStore profiles;
    private final Clock clock;
    private final Duration lifetime;
    private final int trialSamples;
    private final Map<DeviceId, String> nonces = new ConcurrentHashMap<>();

    SignedAssignments(
            Notary notary,
            Artifacts artifacts,
            ProfileStore profiles,
            Clock clock,
            @ConfigProperty(name = "espalier.signing.assignment-lifetime", defaultValue = "PT24H") Duration lifetime,
            @ConfigProperty(name = "espalier.trial.samples", defaultValue = "500") int trialSamples) {
        this.notary = notary;
        this.artifacts = artifacts;
        this.profiles = profiles;
        this.clock = clock;
        this.lifetime = lifetime;
        this.trialSamples = trialSamples;
    }

    Duration lifetime() {
        return lifetime;
    }

    /** Takes a nonce to be answered; false where it is the one that is answered already. */
    boolean answer(DeviceId device, String nonce) {
        return !nonce.isEmpty() && !nonce.equals(nonces.put(device, nonce));
    }

    byte[] sign(Desired desired) {
        Instant now = clock.instant();
        Assignment.Builder assignment = Assignment.newBuilder()
                .setTenant(notary.root().tenant())
                .setGeneration(notary.root().role(Role.ASSIGNMENT).generation())
                .setDeviceId(desired.device().value())
                .setIssuedAtMillis(now.toEpochMilli())
                .setExpiresAtMillis(now.plus(lifetime).toEpochMilli())
                .setNonce(nonces.getOrDefault(desired.device(), ""))
                .setDesired(DesiredCodec.encode(desired, trialSamples));
        Deployment deployment = desired.deployment();
        if (deployment != null) {
            assignment.setReleaseVersion(artifacts
                    .release(desired.device(), deployment.request().artifact(), deviceClass(desired.device()))
                    .version());
        }
        Sha256 program = desired.program();
        if (program != null) {
            // The document names the release of the model only; what is older than this one the device refuses by
            // itself.
            artifacts.release(desired.device(), program, deviceClass(desired.device()));
        }
        return notary.sign(Role.ASSIGNMENT, assignment.build().toByteArray());
    }

    private @Nullable String deviceClass(DeviceId device) {
        DeviceProfile profile = profiles.newest(List.of(device)).get(device);
        if (profile == null) {
            return null;
        }
        DeviceProfile.Hardware hardware = profile.hardware();
        return new HardwareClass(hardware.arch(), hardware.cpuModel(), hardware.simulatedSlowdown()).name();
    }
}
