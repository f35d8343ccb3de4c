package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproducibleVerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsWhereAllFilesAreTheSame() throws Exception {
        assertThat(results("{'digest': 'a1'}")
                        .judgedBy(new ReproducibleBenchmark())
                        .holds())
                .isTrue();
    }

    @Test
    void missesWhereOneFileIsAnother() throws Exception {
        assertThat(results("{'digest': 'a2'}")
                        .judgedBy(new ReproducibleBenchmark())
                        .holds())
                .isFalse();
    }

    @Test
    void takesRunsWithoutFilesForNone() throws Exception {
        MadeUpResults nothing = results("{}").with("alone", "{}").with("beside-1", "{}");
        assertThatThrownBy(() -> nothing.judgedBy(new ReproducibleBenchmark())).hasMessageContaining("digest");
    }

    private MadeUpResults results(String last) throws IOException {
        return new MadeUpResults(folder, 1)
                .with("alone", "{'digest': 'a1'}")
                .with("beside-1", "{'digest': 'a1'}")
                .with("beside-2", last);
    }
}
