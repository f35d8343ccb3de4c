package io.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.training.StrategiesBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code strategies} comes to its figure from what its steps have measured. */
class StrategiesVerdictTest {
    private static final Accuracies POOR = new Accuracies(0.90, 0.90);

    @TempDir
    Path folder;

    private Setting setting;
    private Results results;

    /** On held-out training samples and on the test split. */
    private record Accuracies(double validation, double test) {}

    @BeforeEach
    void setUp() {
        setting = new Setting(2, Optional.of(folder), folder);
        results = new Results(folder);
    }

    @Test
    void choosesTheStrategyByHeldOutSamplesAndReportsItsTestAccuracy() throws Exception {
        keep(Map.of(
                "l2", new Accuracies(0.99, 0.9701),
                "taylor", new Accuracies(0.98, 0.9952)));

        Verdict verdict = new StrategiesBenchmark().judge(results, setting, System.out);

        assertThat(verdict.figure()).startsWith("97.01 %").contains("by L2").doesNotContain("99.52");
        assertThat(verdict.holds()).isFalse();
    }

    @Test
    void doesNotChooseWhatRemovesSingleWeights() throws Exception {
        keep(Map.of(
                "l2", new Accuracies(0.98, 0.987),
                "weights", new Accuracies(0.99, 0.991),
                "hybrid", new Accuracies(0.99, 0.992)));

        Verdict verdict = new StrategiesBenchmark().judge(results, setting, System.out);

        assertThat(verdict.figure()).startsWith("98.70 %").contains("by L2");
        assertThat(verdict.holds()).isTrue();
    }

    /** A result for every step; those that are not named are poor. */
    private void keep(Map<String, Accuracies> byStrategy) throws IOException {
        for (Stage stage : new StrategiesBenchmark().stages(setting)) {
            for (Step step : stage.steps()) {
                String strategy = step.name().substring(0, step.name().lastIndexOf('.'));
                results.keep(step.name(), result(byStrategy.getOrDefault(strategy, POOR)));
            }
        }
    }

    private static ObjectNode result(Accuracies accuracies) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ObjectNode validation = result.putObject("validation");
        ObjectNode test = result.putObject("test");
        for (String percent : List.of("10", "50", "75", "90")) {
            validation.put(percent, accuracies.validation());
            test.put(percent, accuracies.test());
        }
        return result;
    }
}
