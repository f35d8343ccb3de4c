package io.espalier.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.espalier.proto.v1.AgentAssignment;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Desired;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.ProgramReport;
import io.espalier.proto.v1.Reported;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Readers of before the latest field was added still understand the rest, and find what is signed as it was written. */
class NewFieldsTest {
    static Stream<Message> messages() {
        return Stream.of(
                Desired.newBuilder()
                        .setDeviceId("d")
                        .setVersion(3)
                        .addMeasure("suite")
                        .setAgent(AgentAssignment.newBuilder().setArtifactDigest("ab"))
                        .build(),
                Reported.newBuilder()
                        .setDeviceId("d")
                        .setEpoch(1)
                        .setDetail("rests")
                        .setProgram(ProgramReport.newBuilder().setArtifactDigest("ab"))
                        .build(),
                ArtifactFile.newBuilder()
                        .setName("model.onnx")
                        .setSizeBytes(2)
                        .setEncodedSizeBytes(1)
                        .build(),
                Manifest.newBuilder()
                        .setKind(ArtifactKind.ARTIFACT_KIND_AGENT)
                        .setChunkSizeBytes(1)
                        .setContentOverHttp(true)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aReaderThatDoesNotKnowTheLatestFieldReadsTheRest(Message written) throws Exception {
        Descriptor before = withoutLatestField(written.getDescriptorForType());

        DynamicMessage read = DynamicMessage.parseFrom(before, written.toByteString());

        int latest = before.getFields().size() + 1;
        assertThat(read.getUnknownFields().asMap()).containsOnlyKeys(latest);
        assertThat(read.toByteString()).isEqualTo(written.toByteString());
        read.getAllFields()
                .forEach((field, value) -> assertThat(value.toString())
                        .isEqualTo(
                                written.getField(written.getDescriptorForType().findFieldByNumber(field.getNumber()))
                                        .toString()));
        assertThat(read.getAllFields()).hasSizeGreaterThanOrEqualTo(2);
    }

    private static Descriptor withoutLatestField(Descriptor type) throws Exception {
        FileDescriptorProto.Builder file = type.getFile().toProto().toBuilder();
        for (DescriptorProto.Builder message : file.getMessageTypeBuilderList()) {
            if (message.getName().equals(type.getName())) {
                message.removeField(message.getFieldCount() - 1);
            }
        }
        return FileDescriptor.buildFrom(
                        file.build(), type.getFile().getDependencies().toArray(FileDescriptor[]::new))
                .findMessageTypeByName(type.getName());
    }
}
