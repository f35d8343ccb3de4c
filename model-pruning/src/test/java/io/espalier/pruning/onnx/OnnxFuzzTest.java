package io.espalier.pruning.onnx;

import io.espalier.fuzz.Fuzzing;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OnnxFuzzTest {
    @Test
    void readsAModelOrSaysWhyNot() throws IOException, InterruptedException {
        Fuzzing.of(OnnxModel.class)
                .from(OnnxWriter.write(DamagedModelTest.network()))
                .findsNothing();
    }

    /** Any failure but a message for a person is a finding. */
    public static final class OnnxModel {
        private OnnxModel() {}

        public static void fuzzerTestOneInput(byte[] file) {
            EveryUse.of(file);
        }
    }
}
