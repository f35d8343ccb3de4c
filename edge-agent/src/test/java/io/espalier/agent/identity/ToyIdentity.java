package io.espalier.agent.identity;

import io.espalier.agent.state.Steps;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;

/** A device's identity in a folder. */
final class ToyIdentity {
    static final DeviceId DEVICE = new DeviceId("d1");

    private ToyIdentity() {}

    static DeviceIdentity in(Path folder, Steps steps) throws IOException {
        DeviceIdentity identity = DeviceIdentity.at(
                DEVICE, folder.resolve("device.key"), folder.resolve("device.pem"), steps, new SecureRandom());
        identity.load();
        return identity;
    }

    static DeviceIdentity in(Path folder) throws IOException {
        return in(folder, Steps.UNWATCHED);
    }

    static DeviceTls tls(DeviceIdentity identity, Optional<Sha256> told, Clock clock) {
        return new DeviceTls(
                identity, told, new TrustedTime(Instant.EPOCH, clock, System::nanoTime, new SplittableRandom(1)));
    }
}
