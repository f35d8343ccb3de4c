package io.espalier.controller.budget;

import io.espalier.proto.DeviceId;
import java.util.OptionalDouble;

/** The 95th percentile of the narrowest form of a device's model, as that device measured it; empty until it did. */
public interface Floors {
    OptionalDouble p95Micros(DeviceId device);
}
