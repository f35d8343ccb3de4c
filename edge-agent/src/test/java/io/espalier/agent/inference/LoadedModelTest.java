package io.espalier.agent.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.toys.ToyModels;
import io.espalier.agent.toys.ToyRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadedModelTest {
    @Test
    void infersWithABatchOfOneInTheSameTensors() throws Exception {
        try (LoadedModel model = ToyRuntime.trueSpeed().load(ToyModels.columnSums())) {
            assertThat(model.inputShape().dimensions()).isEqualTo(List.of(1L, 1L, 2L, 2L));
            assertThat(model.outputShape().dimensions()).isEqualTo(List.of(1L, 2L));

            model.input().put(0, new float[] {1, 2, 3, 4});
            assertThat(model.runNanos()).isPositive();
            assertThat(model.output().get(0)).isEqualTo(4);
            assertThat(model.output().get(1)).isEqualTo(6);
            assertThat(model.argmax()).isEqualTo(1);

            model.input().put(0, new float[] {9, 0, 0, 0});
            model.runNanos();
            assertThat(model.output().get(0)).isEqualTo(9);
        }
    }

    @Test
    void namesTheOperatorTheRuntimeDoesNotKnow() {
        assertThatThrownBy(() -> ToyRuntime.trueSpeed().load(ToyModels.unknownOperator()))
                .isInstanceOf(ModelUnusableException.class)
                .hasMessageContaining("Frobnicate");
    }

    @Test
    void refusesWhatIsNoModel() {
        assertThatThrownBy(() -> ToyRuntime.trueSpeed().load("not ONNX".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelUnusableException.class);
        assertThatThrownBy(() -> ToyRuntime.trueSpeed().load(Path.of("absent.onnx")))
                .isInstanceOf(ModelUnusableException.class)
                .hasMessageContaining("absent.onnx");
    }

    @Test
    void namesItsRuntimeSoThatTimingsAreNotMixedUp() {
        assertThat(ToyRuntime.trueSpeed().key().getRuntimeVersion()).isNotBlank();
        assertThat(ToyRuntime.trueSpeed().key())
                .isEqualTo(ToyRuntime.slowedDown(3).key());
        assertThat(ToyRuntime.slowedDown(3).slowdown()).isEqualTo(3);
    }
}
