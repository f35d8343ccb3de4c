package io.espalier.agent.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.espalier.proto.v1.InputContract;
import io.espalier.proto.v1.InputContract.Layout;
import io.espalier.proto.v1.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputPreparationTest {
    private static final InputContract.Builder TWO_CHANNELS = InputContract.newBuilder()
            .setScale(0.5f)
            .addAllMean(List.of(1f, 10f))
            .addAllStd(List.of(2f, 4f));

    @Test
    void normalisesEachPlaneOfChannelsFirst() throws Exception {
        InputContract contract = TWO_CHANNELS
                .clone()
                .setLayout(Layout.LAYOUT_NCHW)
                .addAllShape(List.of(2, 1, 2))
                .build();

        assertThat(prepared(contract, List.of(1L, 2L, 1L, 2L), bytes(10, 20, 30, 255)))
                .containsExactly(2f, 4.5f, 1.25f, 29.375f);
    }

    @Test
    void normalisesEachElementOfChannelsLast() throws Exception {
        InputContract contract = TWO_CHANNELS
                .clone()
                .setLayout(Layout.LAYOUT_NHWC)
                .addAllShape(List.of(1, 2, 2))
                .build();

        assertThat(prepared(contract, List.of(1L, 1L, 2L, 2L), bytes(10, 30, 20, 255)))
                .containsExactly(2f, 1.25f, 4.5f, 29.375f);
    }

    @Test
    void treatsFloatsAsRawToo() throws Exception {
        InputContract contract = InputContract.newBuilder()
                .setScale(2)
                .addMean(1)
                .addStd(4)
                .addShape(2)
                .build();
        ByteBuffer raw = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(0.5f)
                .putFloat(-3f);

        assertThat(prepared(
                        contract,
                        List.of(1L, 2L),
                        Sample.newBuilder()
                                .setFloat32(ByteString.copyFrom(raw.flip()))
                                .build()))
                .containsExactly(0f, -1.75f);
    }

    @Test
    void leavesRawValuesAloneByDefault() throws Exception {
        assertThat(prepared(InputContract.getDefaultInstance(), List.of(1L, 3L), bytes(0, 7, 255)))
                .containsExactly(0f, 7f, 255f);
    }

    @Test
    void refusesWhatDoesNotFit() {
        InputContract wrongShape =
                InputContract.newBuilder().addAllShape(List.of(3, 3)).build();
        InputContract zeroStd = InputContract.newBuilder().addStd(0).build();

        assertThatThrownBy(() -> prepared(wrongShape, List.of(1L, 4L), bytes(1)))
                .hasMessageContaining("[3, 3]")
                .hasMessageContaining("[1, 4]");
        assertThatThrownBy(() -> prepared(zeroStd, List.of(1L, 4L), bytes(1))).hasMessageContaining("std = 0");
        assertThatThrownBy(() -> prepared(InputContract.getDefaultInstance(), List.of(1L, 4L), bytes(1, 2)))
                .hasMessageContaining("2 values")
                .hasMessageContaining("takes 4");
    }

    private static float[] prepared(InputContract contract, List<Long> shape, Sample sample) throws Exception {
        TensorShape tensor = new TensorShape(shape);
        float[] values = new float[tensor.elements()];
        new InputPreparation(contract, tensor).write(sample, FloatBuffer.wrap(values));
        return values;
    }

    private static Sample bytes(int... values) {
        byte[] raw = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            raw[i] = (byte) values[i];
        }
        return Sample.newBuilder().setUint8(ByteString.copyFrom(raw)).build();
    }
}
