package io.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksTest {
    @TempDir
    Path folder;

    @Test
    void noTwoBenchmarksShareAName() {
        assertThat(Benchmarks.ALL).extracting(Benchmark::name).doesNotHaveDuplicates();
        assertThat(Benchmarks.ALL).allSatisfy(each -> assertThat(each.about()).isNotBlank());
    }

    @Test
    void noTwoStepsOfABenchmarkShareAName() {
        Setting setting = new Setting(3, Optional.of(folder), folder);
        for (Benchmark each : Benchmarks.ALL) {
            List<String> names = each.stages(setting).stream()
                    .flatMap(stage -> stage.steps().stream())
                    .map(Step::name)
                    .toList();
            assertThat(names).as(each.name()).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    @Test
    void beginsAnewWhereResultsAreOfOtherDataOrAnotherBuild() throws Exception {
        Path results = folder.resolve("results");
        Setting mine = new Setting(1, Optional.of(folder.resolve("mine")), folder);
        Setting other = new Setting(1, Optional.of(folder.resolve("other")), folder);

        assertThat(Origin.of(mine).claim(results)).isFalse();
        Files.writeString(results.resolve("step.json"), "{}");
        assertThat(Origin.of(mine).claim(results)).as("goes on").isFalse();
        assertThat(results.resolve("step.json")).exists();

        assertThat(Origin.of(other).claim(results)).isTrue();
        assertThat(results.resolve("step.json")).doesNotExist();

        Files.delete(results.resolve("origin.txt"));
        assertThat(Origin.of(other).claim(results))
                .as("of a build that noted nothing")
                .isTrue();
    }

    @Test
    void sumsWhatStagesTookAsManyStepsAtOnceAsThereMayBe() throws Exception {
        Results results = new Results(folder);
        Stage stage = new Stage(
                2,
                List.of(
                        new Step("a", place -> JsonNodeFactory.instance.objectNode()),
                        new Step("b", place -> JsonNodeFactory.instance.objectNode()),
                        new Step("c", place -> JsonNodeFactory.instance.objectNode())));
        for (Step step : stage.steps()) {
            results.keep(step.name(), JsonNodeFactory.instance.objectNode().put(Results.TOOK_SECONDS, 60.2));
        }

        assertThat(results.took(List.of(stage))).isEqualTo("1 min 30 s");
    }

    @Test
    void namesTheDataThatIsMissing() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> new Setting(1, Optional.of(folder), folder).data("mnist")))
                .hasMessageContaining("mnist")
                .hasMessageContaining(folder.toString());
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> new Setting(1, Optional.empty(), folder).data("mnist")))
                .hasMessageContaining("--data");
    }
}
