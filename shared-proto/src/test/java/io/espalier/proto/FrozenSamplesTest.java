package io.espalier.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Budget;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.DeviceProfile;
import io.espalier.proto.v1.Envelope;
import io.espalier.proto.v1.Event;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Need;
import io.espalier.proto.v1.Presence;
import io.espalier.proto.v1.ProbeSuite;
import io.espalier.proto.v1.Release;
import io.espalier.proto.v1.Reported;
import io.espalier.proto.v1.Samples;
import io.espalier.proto.v1.TelemetryBatch;
import io.espalier.proto.v1.TelemetryReceipt;
import io.espalier.proto.v1.TelemetryUpload;
import io.espalier.proto.v1.TrustRoot;
import io.espalier.proto.v1.TrustState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Devices in the field keep sending yesterday's bytes. Each message has a binary sample that was written once
 * ({@code NAME.bin}, never regenerated) beside what it means ({@code NAME.txtpb}).
 */
class FrozenSamplesTest {

    static Stream<Message> messages() {
        return Stream.of(
                Assignment.getDefaultInstance(),
                Budget.getDefaultInstance(),
                Desired.getDefaultInstance(),
                DeviceProfile.getDefaultInstance(),
                Envelope.getDefaultInstance(),
                Event.getDefaultInstance(),
                Manifest.getDefaultInstance(),
                Need.getDefaultInstance(),
                Presence.getDefaultInstance(),
                ProbeSuite.getDefaultInstance(),
                Release.getDefaultInstance(),
                Reported.getDefaultInstance(),
                Samples.getDefaultInstance(),
                TelemetryBatch.getDefaultInstance(),
                TelemetryReceipt.getDefaultInstance(),
                TelemetryUpload.getDefaultInstance(),
                TrustRoot.getDefaultInstance(),
                TrustState.getDefaultInstance());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aFrozenSampleStillMeansTheSame(Message type) throws IOException {
        String name = type.getDescriptorForType().getName();
        Message.Builder expected = type.newBuilderForType();
        TextFormat.merge(new String(resource(name + ".txtpb"), StandardCharsets.UTF_8), expected);

        Message parsed = type.getParserForType().parseFrom(resource(name + ".bin"));

        assertThat(parsed).isEqualTo(expected.build());
        assertThat(parsed.getUnknownFields().asMap()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aFrozenSampleFillsEveryFieldThatItsTypeHadWhenItWasWritten(Message type) throws IOException {
        String name = type.getDescriptorForType().getName();

        Message parsed = type.getParserForType().parseFrom(resource(name + ".bin"));

        assertThat(parsed.getAllFields()).as("fields set in %s.bin", name).isNotEmpty();
        assertThat(parsed.toByteArray().length).isEqualTo(resource(name + ".bin").length);
    }

    private static byte[] resource(String file) {
        try (InputStream stream = FrozenSamplesTest.class.getResourceAsStream("/frozen/" + file)) {
            return Objects.requireNonNull(stream, "no frozen sample " + file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the binary of a text sample that has none yet: {@code main(folder of the samples)}. Never overwrites. */
    public static void main(String[] args) throws IOException {
        for (Message type : messages().toList()) {
            String name = type.getDescriptorForType().getName();
            Path binary = Path.of(args[0], name + ".bin");
            if (!Files.exists(binary)) {
                Message.Builder builder = type.newBuilderForType();
                TextFormat.merge(Files.readString(Path.of(args[0], name + ".txtpb")), builder);
                Files.write(binary, builder.build().toByteArray());
            }
        }
    }
}
