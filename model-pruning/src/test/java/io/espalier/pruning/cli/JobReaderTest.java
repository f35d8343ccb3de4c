package io.espalier.pruning.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.quantisation.AskedPrecision;
import io.espalier.pruning.quantisation.Isa;
import io.espalier.pruning.training.Purpose;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobReaderTest {
    @Test
    void readsAPruneJob() {
        JobSpec spec = JobReader.parse("""
            {"kind":"prune","model":"/m.onnx","dataset":"/d","contract":{"scale":0.5,"mean":[0.1],"std":[2]},
             "recipe":{"epochs":2,"seed":9,"batchSize":32,"learningRate":null,"importance":"taylor","control":true},
             "target":{"latencyP95Micros":120.5,"memoryBytes":null},
             "device":{"baseTimings":[{"probe":"floor-1x1","medianMicros":9,"p95Micros":10,"samples":50,"noise":0.01}],
                       "modelTimings":[],"denseP95Micros":210,"denseP50Micros":200,"correction":1.1},
             "threads":2,"hostLock":"/lock"}
            """);

        assertThat(spec.kind()).isEqualTo(JobSpec.Kind.PRUNE);
        assertThat(spec.task()).isEqualTo(Purpose.CLASSIFICATION);
        assertThat(spec.model()).contains(Path.of("/m.onnx"));
        assertThat(spec.recipe().importance()).isEqualTo(Recipe.Criterion.TAYLOR);
        assertThat(spec.recipe().learningRate()).isEmpty();
        assertThat(spec.recipe().distill()).isTrue();
        assertThat(spec.target().latencyP95Micros()).hasValue(120.5);
        assertThat(spec.target().memoryBytes()).isEmpty();
        assertThat(spec.device().orElseThrow().correction()).isEqualTo(1.1);
        assertThat(spec.device().orElseThrow().base()).hasSize(1);
        assertThat(spec.threads()).isEqualTo(2);
        assertThat(spec.hostLock()).contains(Path.of("/lock"));
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> JobReader.parse("""
            {"kind":"prun","modle":"/m.onnx","threads":0,
             "recipe":{"epochs":-1,"importance":"L3","learningRate":"fast"},
             "target":{"latencyP95Micros":-4}}
            """))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "kind must be one of inspect, train, prune, baseline, is \"prun\". Maybe \"prune\"?")
                .hasMessageContaining("modle is unknown. Maybe \"model\"?")
                .hasMessageContaining("threads must be from 1 to 64, is 0")
                .hasMessageContaining("recipe.epochs must be from 0 to 10000, is -1")
                .hasMessageContaining("recipe.importance must be one of auto, random, l1, l2, percentile, apoz,"
                        + " gradient, taylor, batch_norm, geometric_median, reconstruction, is \"L3\"")
                .hasMessageContaining("recipe.learningRate must be a number, is \"fast\"")
                .hasMessageContaining("target.latencyP95Micros must be greater than 0, is -4.0");
    }

    @Test
    void refusesAPathThatNoSystemHasAndARateThatNoTrainerTakes() {
        assertThatThrownBy(() -> JobReader.parse(
                        "{\"kind\":\"inspect\",\"model\":\"/a\\u0000b\",\"recipe\":{\"learningRate\":11}}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("model is no path on this system")
                .hasMessageContaining("recipe: learningRate must be above 0 and below 10, is 11.0");
    }

    @Test
    void asksForWhatTheKindNeeds() {
        assertThatThrownBy(() -> JobReader.parse("{\"kind\":\"prune\"}"))
                .hasMessageContaining("model is missing")
                .hasMessageContaining("dataset is missing")
                .hasMessageContaining("target is missing");
        assertThatThrownBy(() -> JobReader.parse(
                        "{\"kind\":\"prune\",\"model\":\"/m\",\"dataset\":\"/d\",\"target\":{\"latencyP95Micros\":1}}"))
                .hasMessageContaining("device is missing, a latency target needs the device's timings");
        assertThatThrownBy(
                        () -> JobReader.parse(
                                "{\"kind\":\"prune\",\"model\":\"/m\",\"dataset\":\"/d\",\"target\":{\"energyMillijoules\":1}}"))
                .hasMessageContaining(
                        "device is missing, an energy target needs the device's timings, with" + " denseMillijoules");
        assertThatThrownBy(() -> JobReader.parse("{\"kind\":\"train\",\"dataset\":\"/d\"}"))
                .hasMessageContaining("architecture is missing");
    }

    @Test
    void aThresholdIsATargetOfItsOwnForACriterionWithUnits() {
        JobSpec spec = JobReader.parse("""
            {"kind":"prune","model":"/m","dataset":"/d","recipe":{"importance":"apoz","threshold":0.9}}
            """);

        assertThat(spec.recipe().threshold()).hasValue(0.9);
        assertThat(spec.target().isEmpty()).isTrue();
        assertThatThrownBy(() -> JobReader.parse("""
            {"kind":"prune","model":"/m","dataset":"/d","recipe":{"threshold":0.9}}
            """))
                .hasMessageContaining("recipe: threshold needs an importance with units of its own")
                .hasMessageContaining("not auto");
        assertThatThrownBy(() -> JobReader.parse("""
            {"kind":"prune","model":"/m","dataset":"/d","recipe":{"importance":"l1","threshold":-1}}
            """)).hasMessageContaining("threshold is -1.0");
    }

    @Test
    void readsWhatIsAskedOfWeightsAndWhatTheDeviceComputesWith() {
        JobSpec spec = JobReader.parse("""
            {"kind":"prune","model":"/m","dataset":"/d","target":{"sizeBytes":9},
             "recipe":{"precision":"auto","sparsity":0.7},
             "device":{"denseP50Micros":1,"denseP95Micros":2,"isa":["avx2","avx512_vnni"]}}
            """);

        assertThat(spec.recipe().precision()).isEqualTo(AskedPrecision.AUTO);
        assertThat(spec.recipe().sparsity()).isEqualTo(0.7);
        assertThat(spec.isa()).isEqualTo(new Isa(Set.of("avx2", "avx512_vnni")));
    }

    @Test
    void staysInFloatAndKeepsAllWeightsUnlessAskedOtherwise() {
        JobSpec spec = JobReader.parse(
                "{\"kind\":\"prune\",\"model\":\"/m\",\"dataset\":\"/d\",\"target\":{\"sizeBytes\":9}}");

        assertThat(spec.recipe().precision()).isEqualTo(AskedPrecision.FLOAT32);
        assertThat(spec.recipe().sparsity()).isZero();
        assertThat(spec.isa()).isEqualTo(Isa.UNKNOWN);
    }

    @Test
    void aSparsityIsATargetOfItsOwn() {
        assertThat(JobReader.parse(
                                "{\"kind\":\"prune\",\"model\":\"/m\",\"dataset\":\"/d\",\"recipe\":{\"sparsity\":0.5}}")
                        .target()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void namesWhatIsWrongWithPrecisionSparsityAndIsa() {
        assertThatThrownBy(() -> JobReader.parse("""
            {"kind":"prune","task":"regression","model":"/m","dataset":"/d","target":{"sizeBytes":9},
             "recipe":{"precision":"int8"},
             "device":{"denseP50Micros":1,"denseP95Micros":2,"isa":["avx2",7]}}
            """))
                .hasMessageContaining("recipe.precision must be float32 for regression, is int8")
                .hasMessageContaining("device.isa[1] must be a text, is 7");
        assertThatThrownBy(() -> JobReader.parse("""
            {"kind":"prune","model":"/m","dataset":"/d","recipe":{"precision":"int4","sparsity":0.5}}
            """))
                .hasMessageContaining("recipe.precision must be one of auto, float32, int8, is \"int4\"");
        assertThatThrownBy(() -> JobReader.parse("""
            {"kind":"prune","model":"/m","dataset":"/d","recipe":{"sparsity":1}}
            """))
                .hasMessageContaining("recipe: sparsity must be from 0 to below 1, is 1.0");
    }

    @Test
    void readsHowMuchMayBeLost() {
        assertThat(JobReader.parse(withRecipe("{\"mostLost\":0.02}")).recipe().mostLost())
                .hasValue(0.02);
        assertThat(JobReader.parse(withRecipe("{\"mostLost\":null}")).recipe().mostLost())
                .isEmpty();
        assertThatThrownBy(() -> JobReader.parse(withRecipe("{\"mostLost\":1}")))
                .hasMessageContaining("recipe: mostLost must be from 0 to below 1, is 1.0");
        assertThatThrownBy(() -> JobReader.parse(withRecipe("{\"mostLost\":\"little\"}")))
                .hasMessageContaining("recipe.mostLost must be a number, is \"little\"");
        assertThatThrownBy(() -> JobReader.parse(withRecipe("{\"mostLost\":0.02,\"precision\":\"auto\"}")))
                .hasMessageContaining("recipe: mostLost is held against rounds")
                .hasMessageContaining("precision must be float32, is auto");
    }

    @Test
    void readsWhichWeightsAreLarge() {
        Recipe recipe = JobReader.parse(
                        withRecipe("{\"importance\":\"percentile\",\"percentile\":80,\"percentileScope\":\"network\"}"))
                .recipe();
        assertThat(recipe.percentile()).isEqualTo(80);
        assertThat(recipe.percentileScope()).isEqualTo(Recipe.Scope.NETWORK);
        assertThatThrownBy(() -> JobReader.parse(withRecipe("{\"importance\":\"percentile\",\"percentile\":100}")))
                .hasMessageContaining("recipe: percentile must be above 0 and below 100, is 100.0");
        assertThatThrownBy(() -> JobReader.parse(withRecipe("{\"percentile\":80}")))
                .hasMessageContaining(
                        "recipe: percentile and percentileScope need importance to be percentile, is auto");
        assertThatThrownBy(() ->
                        JobReader.parse(withRecipe("{\"importance\":\"percentile\",\"percentileScope\":\"block\"}")))
                .hasMessageContaining("recipe.percentileScope must be one of layer, network, is \"block\"");
    }

    private static String withRecipe(String recipe) {
        return "{\"kind\":\"prune\",\"model\":\"/m\",\"dataset\":\"/d\",\"target\":{\"sizeBytes\":9},\"recipe\":"
                + recipe + "}";
    }

    @Test
    void inspectsWithoutData() {
        assertThat(JobReader.parse("{\"kind\":\"inspect\",\"model\":\"/m\",\"dataset\":null}")
                        .dataset())
                .isEmpty();
    }

    @Test
    void refusesWhatIsNotJson() {
        assertThatThrownBy(() -> JobReader.parse("kind: prune")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> JobReader.parse("[]")).hasMessageContaining("must be an object");
        assertThatThrownBy(() -> JobReader.parse("{\"kind\":\"inspect\",\"kind\":\"prune\"}"))
                .hasMessageContaining("Duplicate");
    }
}
