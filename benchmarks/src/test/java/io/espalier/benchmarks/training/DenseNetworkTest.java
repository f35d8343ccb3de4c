package io.espalier.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.espalier.benchmarks.Origin;
import io.espalier.benchmarks.Setting;
import io.espalier.benchmarks.Workplace;
import io.espalier.benchmarks.Workplaces;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.data.Samples;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.training.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenseNetworkTest {
    private static final Subject SUBJECT = Subject.LENET300;
    private static final int TRAINING = 300;
    private static final int SET_ASIDE = 30;
    private static final long SEED = 5;

    @TempDir
    Path folder;

    private Workplace place;
    private Dataset data;

    @BeforeEach
    void readData() throws Exception {
        place = Workplaces.of(new Setting(1, Optional.of(TinyMnist.in(folder, TRAINING, 20)), folder.resolve("bench")));
        data = SUBJECT.data(place);
    }

    @Test
    void neverTrainsOnWhatACampaignOfTheSameSeedChoosesBy() {
        DenseNetwork dense = new DenseNetwork(SUBJECT, 1, SEED);
        Set<Integer> trained = numbers(dense.request(place, data).samples());
        Set<Integer> chosenBy =
                numbers(task(Recipe.of(24, SEED).withBatchSize(128)).validation());

        assertThat(chosenBy).hasSize(SET_ASIDE).doesNotContainAnyElementsOf(trained);
        assertThat(trained).hasSize(TRAINING - SET_ASIDE);
    }

    @Test
    void isPrunedByNoCampaignThatChoosesByWhatItKnows() {
        DenseNetwork dense = new DenseNetwork(SUBJECT, 1, SEED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Campaign(SUBJECT).pruneToMacs("step", 9_600, dense, Recipe.of(1, SEED + 1)))
                .withMessageContaining("seed 5")
                .withMessageContaining("seed 6");
    }

    @Test
    void splitsOffTheSamplesToChooseByAndKeepsTheTestPart() {
        Split split = Split.of(SUBJECT, place, data, SEED);

        assertThat(numbers(split.validation()))
                .hasSize(SET_ASIDE)
                .isEqualTo(numbers(task(Recipe.of(3, SEED)).validation()));
        assertThat(numbers(split.fitting().train()))
                .hasSize(TRAINING - SET_ASIDE)
                .doesNotContainAnyElementsOf(numbers(split.validation()));
        assertThat(split.fitting().test()).isSameAs(data.test());
    }

    @Test
    void isKeptForTheBuildAndFolderThatItWasTrainedWithOnly() throws Exception {
        Origin mine = Origin.of(place.setting());
        Origin other = Origin.of(new Setting(1, Optional.of(folder.resolve("other")), folder));
        DenseNetwork dense = new DenseNetwork(SUBJECT, 1, SEED);

        assertThat(dense.key(other, place, data)).isNotEqualTo(dense.key(mine, place, data));
        assertThat(new DenseNetwork(SUBJECT, 1, SEED).key(Origin.of(place.setting()), place, data))
                .isEqualTo(dense.key(mine, place, data));
        assertThat(new DenseNetwork(SUBJECT, 2, SEED).key(mine, place, data))
                .isNotEqualTo(dense.key(mine, place, data));
    }

    @Test
    void isTrainedOnceAndReadAgain() throws Exception {
        DenseNetwork dense = new DenseNetwork(SUBJECT, 1, SEED);
        byte[] trained = dense.trained(place, data);

        Path file = place.setting()
                .folder()
                .resolve("dense")
                .resolve(dense.key(Origin.of(place.setting()), place, data).hex() + ".onnx");
        assertThat(file).hasBinaryContent(trained);
        Files.write(file, new byte[] {1, 2, 3});
        assertThat(dense.trained(place, data)).containsExactly(1, 2, 3);
    }

    private Task task(Recipe recipe) {
        BaseModel base = BaseModel.of(OnnxWriter.write(SUBJECT.graph(place.setting(), SEED)));
        return new Task(
                Purpose.CLASSIFICATION,
                base,
                data,
                SUBJECT.contract(),
                recipe,
                Target.NONE.withMacs(9_600),
                Optional.empty());
    }

    private static Set<Integer> numbers(Samples samples) {
        Set<Integer> numbers = new HashSet<>();
        float[] image = new float[samples.shape().values()];
        for (int i = 0; i < samples.size(); i++) {
            samples.copyRaw(i, image, 0);
            numbers.add((int) (image[0] * 256 + image[1]));
        }
        return numbers;
    }
}
