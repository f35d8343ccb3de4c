package io.espalier.controller.telemetry.adapter;

import com.google.protobuf.ByteString;
import io.espalier.controller.telemetry.MalformedTelemetryException;
import io.espalier.fuzz.Fuzzing;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.TelemetryBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RecordFuzzTest {
    @Test
    void isReadOrSetAside() throws IOException, InterruptedException {
        Fuzzing.of(Records.class)
                .from(TelemetryBatch.newBuilder()
                        .setDeviceId(Records.DEVICE)
                        .setEpoch(1)
                        .setSequence(1)
                        .setFromMillis(Records.NOW.toEpochMilli() - 1000)
                        .setToMillis(Records.NOW.toEpochMilli())
                        .setVariantDigest("ab".repeat(32))
                        .setLatencyHistogram(histogram())
                        .setInferences(1)
                        .build()
                        .toByteArray())
                .from(Event.newBuilder()
                        .setDeviceId(Records.DEVICE)
                        .setEpoch(1)
                        .setSequence(2)
                        .setAtMillis(Records.NOW.toEpochMilli())
                        .setText("switched")
                        .putAttributes("variant", "ab")
                        .build()
                        .toByteArray())
                .findsNothing();
    }

    private static ByteString histogram() {
        Histogram latencies = new Histogram(60_000_000, 3);
        latencies.recordValue(123);
        ByteBuffer buffer = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        latencies.encodeIntoCompressedByteBuffer(buffer);
        return ByteString.copyFrom(buffer.flip());
    }

    /** As both kinds of record: what passes can be stored. */
    public static final class Records {
        private static final String DEVICE = "camera";
        private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

        private Records() {}

        public static void fuzzerTestOneInput(byte[] value) {
            try {
                RecordDecoder.window(DEVICE, value, NOW);
            } catch (MalformedTelemetryException expected) {
                // Set aside, which is what is asked of it.
            }
            try {
                RecordDecoder.occurrence(DEVICE, value, NOW);
            } catch (MalformedTelemetryException expected) {
                return;
            }
        }
    }
}
