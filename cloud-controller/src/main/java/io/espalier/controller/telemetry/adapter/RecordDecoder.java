package io.espalier.controller.telemetry.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.controller.database.StorableText;
import io.espalier.controller.telemetry.DeviceOccurrence;
import io.espalier.controller.telemetry.LatencyHistogram;
import io.espalier.controller.telemetry.MalformedTelemetryException;
import io.espalier.controller.telemetry.TelemetryWindow;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads records as devices write them; whatever passes can be stored. */
final class RecordDecoder {
    private static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofDays(1);
    private static final long MOST_IN_A_WINDOW = 1_000_000_000_000L;
    private static final int MOST_ATTRIBUTES = 50;

    private RecordDecoder() {}

    static TelemetryWindow window(@Nullable String key, byte[] value, Instant now) {
        try {
            TelemetryBatch batch = TelemetryBatch.parseFrom(value);
            DeviceId device = device(key, batch.getDeviceId());
            LatencyHistogram latency =
                    LatencyHistogram.decode(batch.getLatencyHistogram().toByteArray());
            count(latency.count());
            return new TelemetryWindow(
                    device,
                    batch.getEpoch(),
                    batch.getSequence(),
                    time(batch.getFromMillis(), now),
                    time(batch.getToMillis(), now),
                    new Sha256(batch.getVariantDigest()),
                    latency,
                    count(batch.getInferences()),
                    count(batch.getErrors()),
                    count(batch.getLabelled()),
                    count(batch.getCorrect()),
                    Math.max(0, batch.getDroppedBatches()));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedTelemetryException(String.valueOf(e.getMessage()));
        }
    }

    static DeviceOccurrence occurrence(@Nullable String key, byte[] value, Instant now) {
        try {
            Event event = Event.parseFrom(value);
            Map<String, String> attributes = new LinkedHashMap<>();
            event.getAttributesMap().forEach((name, text) -> {
                if (attributes.size() < MOST_ATTRIBUTES) {
                    attributes.put(StorableText.of(name), StorableText.of(text));
                }
            });
            return new DeviceOccurrence(
                    device(key, event.getDeviceId()),
                    event.getEpoch(),
                    event.getSequence(),
                    time(event.getAtMillis(), now),
                    kind(event.getKind()),
                    StorableText.of(event.getText()),
                    attributes);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedTelemetryException(String.valueOf(e.getMessage()));
        }
    }

    private static DeviceId device(@Nullable String key, String named) {
        if (!named.equals(key)) {
            throw new MalformedTelemetryException("a record of device \"" + named + "\" under the key \"" + key + "\"");
        }
        return new DeviceId(named);
    }

    private static String kind(Event.Kind kind) {
        return kind == Event.Kind.UNRECOGNIZED || kind == Event.Kind.KIND_UNSPECIFIED
                ? "other"
                : kind.name().substring("KIND_".length()).toLowerCase(Locale.ROOT);
    }

    private static Instant time(long millis, Instant now) {
        Instant at = Instant.ofEpochMilli(millis);
        if (at.isBefore(EARLIEST) || at.isAfter(now.plus(CLOCKS_DIFFER_BY))) {
            throw new MalformedTelemetryException("a time that cannot be right: " + at);
        }
        return at;
    }

    private static long count(long value) {
        if (value < 0 || value > MOST_IN_A_WINDOW) {
            throw new MalformedTelemetryException("a count that cannot be right: " + Long.toUnsignedString(value));
        }
        return value;
    }
}
