package io.espalier.benchmarks.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionVerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsWhereZstandardSavesFivePointsMore() throws Exception {
        assertThat(results(85).judgedBy(new CompressionBenchmark()).holds()).isTrue();
    }

    @Test
    void missesWhereItSavesAHairMoreOfOneForm() throws Exception {
        assertThat(results(84.9).judgedBy(new CompressionBenchmark()).holds()).isFalse();
    }

    @Test
    void takesNoFormsForNoResult() throws Exception {
        MadeUpResults nothing = results(85).with("resnet20-cifar10", "{}");
        assertThatThrownBy(() -> nothing.judgedBy(new CompressionBenchmark())).hasMessageContaining("resnet20-cifar10");
    }

    /** Of 100 bytes Deflate leaves 90. */
    private MadeUpResults results(double zstandard) throws IOException {
        String alike = "{'float32': " + form(90) + "}";
        return new MadeUpResults(folder, 1)
                .with("resnet8-cifar10", "{'float32': " + form(90) + ", 'int8, 7 bits': " + form(zstandard) + "}")
                .with("resnet20-cifar10", alike);
    }

    private static String form(double zstandard) {
        StringBuilder form = new StringBuilder("{'bytes': 100");
        for (Codec codec : Codec.values()) {
            form.append(", '").append(codec).append("': {'micros': 1, 'bytes': ");
            form.append(codec == Codec.ZSTD_19 ? zstandard : 90).append('}');
        }
        return form.append('}').toString();
    }
}
