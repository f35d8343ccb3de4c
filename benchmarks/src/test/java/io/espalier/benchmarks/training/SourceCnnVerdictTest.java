package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.benchmarks.MadeUpResults;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCnnVerdictTest {
    @TempDir
    Path folder;

    @Test
    void holdsWhereTheMeanIsAtTheBar() throws Exception {
        assertThat(holds(0.988, 0.991, 0.991)).isTrue();
    }

    @Test
    void missesWithOneImageLess() throws Exception {
        assertThat(holds(0.988, 0.991, 0.9909)).isFalse();
    }

    private boolean holds(double... accuracies) throws IOException {
        MadeUpResults results = new MadeUpResults(folder, accuracies.length);
        for (int seed = 1; seed <= accuracies.length; seed++) {
            results.with("pruned." + seed, "{'pruned': " + accuracies[seed - 1] + "}");
        }
        return results.judgedBy(new SourceCnnBenchmark()).holds();
    }
}
