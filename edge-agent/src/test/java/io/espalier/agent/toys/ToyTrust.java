package io.espalier.agent.toys;

import io.espalier.agent.state.Steps;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.agent.trust.TrustedTime;
import io.espalier.proto.DeviceId;
import io.espalier.trust.RejectedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.SplittableRandom;

/** Devices that believe the usual authority. */
public final class ToyTrust {
    public static final String CLASS = "toy64|Toy CPU";

    private ToyTrust() {}

    public static DeviceTrust of(Path file, DeviceId device, Clock clock) throws IOException {
        DeviceTrust trust = DeviceTrust.open(device, file, Steps.UNWATCHED, time(clock), CLASS);
        try {
            trust.begin(ToyAuthority.USUAL.trust());
        } catch (RejectedException e) {
            throw new IllegalStateException(e);
        }
        return trust;
    }

    public static TrustedTime time(Clock clock) {
        return new TrustedTime(Instant.EPOCH, clock, System::nanoTime, new SplittableRandom(3));
    }
}
