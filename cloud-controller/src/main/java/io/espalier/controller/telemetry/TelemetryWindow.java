package io.espalier.controller.telemetry;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** One closed window of one variant on one device; (device, epoch, sequence) names it for ever. */
public record TelemetryWindow(
        DeviceId device,
        long epoch,
        long sequence,
        Instant from,
        Instant to,
        Sha256 variant,
        LatencyHistogram latency,
        long inferences,
        long errors,
        long labelled,
        long correct,
        long droppedBatches) {

    public TelemetryWindow {
        if (inferences < 0 || errors < 0 || labelled < 0 || correct < 0 || correct > labelled) {
            throw new MalformedTelemetryException("impossible counts: " + inferences + " inferences, " + errors
                    + " errors, " + labelled + " labelled, " + correct + " correct");
        }
    }

    /** The minute its counts belong to. */
    public Instant minute() {
        return from.truncatedTo(ChronoUnit.MINUTES);
    }
}
