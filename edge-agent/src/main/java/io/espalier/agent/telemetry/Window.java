package io.espalier.agent.telemetry;

import com.google.protobuf.ByteString;
import io.espalier.agent.inference.ServedVariant;
import io.espalier.proto.v1.TelemetryBatch;
import java.nio.ByteBuffer;
import org.HdrHistogram.Histogram;

/** What one variant did since the window opened. */
final class Window {
    private static final int SIGNIFICANT_DIGITS = 3;

    private final ServedVariant variant;
    private final long fromMillis;
    private final Histogram nanos = new Histogram(SIGNIFICANT_DIGITS);
    private long inferences;
    private long errors;
    private long labelled;
    private long correct;

    Window(ServedVariant variant, long fromMillis) {
        this.variant = variant;
        this.fromMillis = fromMillis;
    }

    void inference(long durationNanos) {
        nanos.recordValue(Math.max(1, durationNanos));
        inferences++;
    }

    void label(boolean right) {
        labelled++;
        correct += right ? 1 : 0;
    }

    void error() {
        errors++;
    }

    TelemetryBatch.Builder closed(long toMillis) {
        ByteBuffer encoded = ByteBuffer.allocate(nanos.getNeededByteBufferCapacity());
        nanos.encodeIntoCompressedByteBuffer(encoded);
        return TelemetryBatch.newBuilder()
                .setFromMillis(fromMillis)
                .setToMillis(toMillis)
                .setVariantDigest(variant.variantDigest())
                .setArtifactDigest(variant.artifactDigest())
                .setLatencyHistogram(ByteString.copyFrom(encoded.flip()))
                .setInferences(inferences)
                .setErrors(errors)
                .setLabelled(labelled)
                .setCorrect(correct);
    }
}
