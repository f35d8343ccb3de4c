package io.espalier.controller.telemetry;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What devices measured of the models that serve on them. */
public interface Telemetry {
    /** Every variant that ever served on these devices. */
    Map<DeviceId, Map<Sha256, Tally.Summary>> byVariant(Collection<DeviceId> devices);

    /** One point a minute and variant, oldest first. */
    List<Point> points(DeviceId device, Instant since);

    /** Sums of one variant on one device, from the minute of {@code since} on. */
    Tally.Summary since(DeviceId device, Sha256 variant, Instant since);

    /** One minute of one variant. */
    record Point(Instant at, Sha256 variant, Tally.Summary summary) {}
}
