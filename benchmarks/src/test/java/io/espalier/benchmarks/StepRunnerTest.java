package io.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepRunnerTest {
    @TempDir
    Path folder;

    @Test
    void givesAStepOneNativeThreadWhetherItRunsAloneOrBesideOthers() {
        Setting setting = new Setting(1, Optional.of(folder), folder);
        for (Benchmark benchmark : Benchmarks.ALL) {
            StepRunner runner = new StepRunner(benchmark, setting, new Results(folder), System.out);
            for (Stage stage : benchmark.stages(setting)) {
                assertThat(stage.steps())
                        .as("%s, %d at once", benchmark.name(), stage.atOnce())
                        .allSatisfy(step -> assertThat(runner.process(step).environment())
                                .containsEntry("OMP_NUM_THREADS", "1")
                                .containsEntry("OPENBLAS_NUM_THREADS", "1"));
            }
        }
    }
}
