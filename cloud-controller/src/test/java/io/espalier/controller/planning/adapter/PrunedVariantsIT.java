package io.espalier.controller.planning.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.Servers;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.Inspection;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.ScoredVariant;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.Sha256;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a campaign of two rounds leaves becomes two variants that devices can choose. */
@QuarkusTest
@WithTestResource(Servers.class)
@SuppressWarnings("NullAway.Init") // Quarkus fills the fields.
class PrunedVariantsIT {
    private static final ModelId MODEL = new ModelId("m-00000000cccc");

    @Inject
    ModelCatalog catalog;

    @Inject
    ModelFiles files;

    @Inject
    Variants variants;

    @Inject
    LiveEvents live;

    @TempDir
    Path folder;

    @Test
    void takesInTheVariantOfEveryRoundOnce() throws IOException {
        readyModel();
        write("round-1-variant.onnx", "round-1-golden.pb", "variant.onnx", "golden.pb");
        Files.writeString(folder.resolve("round-1-provenance.json"), "{\"of\":\"the first\"}");
        Files.writeString(folder.resolve("provenance.json"), "{\"of\":\"the last\"}");
        JobFinished job = new JobFinished(
                new JobId("job-of-" + MODEL),
                JobKind.PRUNE,
                JobFinished.Outcome.DONE,
                MODEL.value(),
                null,
                Map.of(
                        "outcome",
                        "done",
                        "variant",
                        told("variant.onnx", 0.81),
                        "files",
                        Map.of("golden", "golden.pb", "provenance", "provenance.json"),
                        "alsoMade",
                        List.of(Map.of(
                                "variant",
                                told("round-1-variant.onnx", 0.84),
                                "files",
                                Map.of(
                                        "golden", "round-1-golden.pb",
                                        "provenance", "round-1-provenance.json")))),
                folder,
                null);

        live.publish(job);
        live.publish(job);

        List<ScoredVariant> scored = variants.scored(MODEL.value());
        assertThat(scored).extracting(ScoredVariant::score).containsExactlyInAnyOrder(0.84, 0.81);
        assertThat(scored).allSatisfy(each -> {
            assertThat(each.scoreBefore()).isEqualTo(0.9);
            assertThat(each.samples()).isEqualTo(1000);
            assertThat(each.macs()).isEqualTo(12_000);
            assertThat(each.accuracy()).isEqualTo(0.8);
        });
        Variant first =
                variants.find(MODEL.value(), digest("round-1-variant.onnx")).orElseThrow();
        assertThat(first.jobId()).isEqualTo("job-of-" + MODEL);
        assertThat(first.content()).containsEntry("provenance", Map.of("of", "the first"));
        assertThat(variants.find(MODEL.value(), digest("variant.onnx"))
                        .orElseThrow()
                        .content())
                .containsEntry("provenance", Map.of("of", "the last"))
                .doesNotContainKey("alsoMade");
    }

    private static Map<String, Object> told(String file, double score) {
        return Map.of(
                "file",
                file,
                "digest",
                digest(file).hex(),
                "selectionScore",
                score,
                "selectionScoreBefore",
                0.9,
                "selectionSamples",
                1000,
                "macs",
                12_000,
                "parameters",
                400,
                "accuracyAfter",
                0.8,
                "predictedP95Micros",
                500);
    }

    private void write(String... names) throws IOException {
        for (String name : names) {
            Files.writeString(folder.resolve(name), name);
        }
    }

    private static Sha256 digest(String name) {
        return Sha256.of(name.getBytes(StandardCharsets.UTF_8));
    }

    private void readyModel() throws IOException {
        Files.createDirectories(files.of(MODEL));
        Files.writeString(files.onnx(MODEL), "unpruned");
        catalog.add(new BaseModel(
                MODEL,
                "digits",
                ModelState.INSPECTING,
                null,
                digest("unpruned"),
                InputScaling.RAW,
                Recipe.USUAL,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.now()));
        catalog.ready(
                MODEL,
                new Inspection(Map.of("inputShape", List.of(1, 28, 28), "layout", "NCHW", "classNames", List.of("a"))));
    }
}
