package io.espalier.controller.telemetry.adapter;

import io.espalier.controller.telemetry.Tally;
import io.espalier.controller.telemetry.Telemetry;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Latency and accuracy as a device reports them. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class TelemetryResource {
    private static final int MOST_MINUTES = 7 * 24 * 60;

    private final Telemetry telemetry;
    private final Clock clock;

    TelemetryResource(Telemetry telemetry, Clock clock) {
        this.telemetry = telemetry;
        this.clock = clock;
    }

    @GET
    @Operation(summary = "Show the latency and accuracy of a device over time")
    @Path("/devices/{id}/telemetry")
    public TelemetryView of(@PathParam("id") String id, @QueryParam("minutes") @DefaultValue("60") int minutes) {
        if (minutes < 1 || minutes > MOST_MINUTES) {
            throw new IllegalArgumentException("minutes is " + minutes + "; use 1 to " + MOST_MINUTES);
        }
        DeviceId device = new DeviceId(id);
        Instant since = clock.instant().minus(Duration.ofMinutes(minutes));
        List<PointView> points =
                telemetry.points(device, since).stream().map(PointView::of).toList();
        Map<Sha256, Tally.Summary> variants =
                telemetry.byVariant(List.of(device)).getOrDefault(device, Map.of());
        return new TelemetryView(
                points,
                variants.entrySet().stream()
                        .map(entry -> VariantView.of(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /** What the API answers. */
    public record TelemetryView(List<PointView> points, List<VariantView> byVariant) {}

    /** One minute of one variant; without latencies where only labels of earlier answers came. */
    public record PointView(
            Instant at,
            String variantDigest,
            @Nullable Double p50Micros,
            @Nullable Double p95Micros,
            long inferences,
            long errors,
            long labelled,
            @Nullable Double accuracy) {
        static PointView of(Telemetry.Point point) {
            Tally.Summary sums = point.summary();
            return new PointView(
                    point.at(),
                    point.variant().hex(),
                    sums.inferences() == 0 ? null : sums.latency().p50Micros(),
                    sums.inferences() == 0 ? null : sums.latency().p95Micros(),
                    sums.inferences(),
                    sums.errors(),
                    sums.labelled(),
                    sums.accuracy());
        }
    }

    /** All of one variant. */
    public record VariantView(
            String variantDigest,
            long inferences,
            double p50Micros,
            double p95Micros,
            double p95LowerMicros,
            double p95UpperMicros,
            long labelled,
            long correct,
            @Nullable Double accuracy) {
        static VariantView of(Sha256 variant, Tally.Summary sums) {
            return new VariantView(
                    variant.hex(),
                    sums.inferences(),
                    sums.latency().p50Micros(),
                    sums.latency().p95Micros(),
                    sums.latency().p95LowerMicros(),
                    sums.latency().p95UpperMicros(),
                    sums.labelled(),
                    sums.correct(),
                    sums.accuracy());
        }
    }
}
