package io.espalier.agent.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.agent.toys.ToyModels;
import io.espalier.proto.v1.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileTest {
    private static final Samples SAMPLES = ToyModels.labelled();

    @TempDir
    Path folder;

    @Test
    void readsAPlainMessage() throws Exception {
        assertHoldsTheSamples(SampleFile.open(file(SAMPLES.toByteArray())));
    }

    @Test
    void readsALengthDelimitedMessage() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SAMPLES.writeDelimitedTo(out);

        assertHoldsTheSamples(SampleFile.open(file(out.toByteArray())));
    }

    @Test
    void refusesWhatHoldsNoSamples() {
        assertThatThrownBy(() -> SampleFile.open(file(new byte[0]))).hasMessageContaining("not a file of samples");
        assertThatThrownBy(() -> SampleFile.open(file(new byte[] {1, 2, 3, 4})))
                .hasMessageContaining("replay.pb")
                .hasMessageContaining("not a file of samples");
    }

    private static void assertHoldsTheSamples(SampleFile file) throws Exception {
        assertThat(file.size()).isEqualTo(SAMPLES.getSamplesCount());
        for (int i = 0; i < file.size(); i++) {
            assertThat(file.get(i)).isEqualTo(SAMPLES.getSamples(i));
        }
    }

    private Path file(byte[] bytes) throws Exception {
        return Files.write(folder.resolve("replay.pb"), bytes);
    }
}
