package io.espalier.controller.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.dataset.Dataset;
import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.dataset.DatasetStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobSpecificationTest {
    private final JobSpecification specification =
            new JobSpecification(new ModelFiles(Path.of("models")), new NoData());

    @Test
    void tellsAWorkerTheWholeRecipe() {
        assertThat(recipe(new Recipe(
                        6,
                        3,
                        11,
                        32,
                        0.02,
                        "percentile",
                        80.0,
                        "network",
                        0.05,
                        4000,
                        false,
                        false,
                        "float32",
                        0.7,
                        0.02)))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("epochs", 6),
                        Map.entry("rounds", 3),
                        Map.entry("seed", 11L),
                        Map.entry("batchSize", 32),
                        Map.entry("learningRate", 0.02),
                        Map.entry("importance", "percentile"),
                        Map.entry("percentile", 80.0),
                        Map.entry("percentileScope", "network"),
                        Map.entry("threshold", 0.05),
                        Map.entry("maxTrainSamples", 4000),
                        Map.entry("distill", false),
                        Map.entry("control", false),
                        Map.entry("precision", "float32"),
                        Map.entry("sparsity", 0.7),
                        Map.entry("mostLost", 0.02)));
    }

    @Test
    void leavesOutWhatIsLeftToTheWorker() {
        assertThat(recipe(Recipe.USUAL))
                .doesNotContainKeys(
                        "learningRate", "percentile", "percentileScope", "threshold", "maxTrainSamples", "mostLost");
    }

    private Map<String, Object> recipe(Recipe recipe) {
        BaseModel model = new BaseModel(
                new ModelId("m-00000000aaaa"),
                "digits",
                ModelState.READY,
                null,
                null,
                InputScaling.RAW,
                recipe,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.EPOCH);
        Map<String, Object> values = new HashMap<>();
        ((Map<?, ?>) Objects.requireNonNull(specification.of(model).get("recipe")))
                .forEach((name, value) -> values.put((String) name, value));
        return values;
    }

    private static final class NoData implements DatasetStore {
        @Override
        public void add(Dataset dataset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Dataset> find(DatasetId id) {
            return Optional.empty();
        }

        @Override
        public List<Dataset> all() {
            return List.of();
        }

        @Override
        public Path location(Dataset dataset) {
            throw new UnsupportedOperationException();
        }
    }
}
