package io.espalier.controller.model;

import static io.espalier.controller.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.espalier.controller.Servers;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.pruning.JobFinished;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobKind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@WithTestResource(Servers.class)
class JobResultsIT {
    @Inject
    ModelCatalog models;

    @Inject
    ModelFiles files;

    @Inject
    LiveEvents live;

    @TempDir
    Path folder;

    @Test
    void takesInWhatInspectionFound() throws IOException {
        ModelId id = inspecting("m-00000000aaaa");
        for (String file : new String[] {"base-suite.pb", "model-suite.pb", "golden.pb", "replay.pb"}) {
            Files.writeString(folder.resolve(file), file);
        }

        live.publish(finished(
                id,
                JobFinished.Outcome.DONE,
                Map.of(
                        "outcome",
                        "done",
                        "accuracy",
                        0.755,
                        "sizeBytes",
                        1234,
                        "files",
                        Map.of(
                                "baseSuite", "base-suite.pb",
                                "modelSuite", "model-suite.pb",
                                "golden", "golden.pb",
                                "replay", "replay.pb"))));

        operator().get("/api/v1/models/" + id).then().body("state", is("ready")).body("metrics.accuracy", is(0.755f));
        assertThat(files.modelSuite(id)).hasContent("model-suite.pb");
        byte[] replay = operator()
                .get("/api/v1/models/" + id + "/replay.pb")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        assertThat(new String(replay, StandardCharsets.UTF_8)).isEqualTo("replay.pb");
    }

    @Test
    void saysWhyAModelIsInvalid() {
        ModelId id = inspecting("m-00000000bbbb");

        live.publish(finished(
                id,
                JobFinished.Outcome.INVALID,
                Map.of("outcome", "invalid", "problem", Map.of("title", "Unknown operator", "detail", "Frobnicate"))));

        operator()
                .get("/api/v1/models/" + id)
                .then()
                .body("state", is("invalid"))
                .body("problem.detail", is("Frobnicate"));
        operator()
                .body("{\"modelId\":\"" + id + "\"}")
                .put("/api/v1/groups/some/model")
                .then()
                .statusCode(409)
                .body("type", is("urn:espalier:problem:model-invalid"));
    }

    private ModelId inspecting(String name) {
        ModelId id = new ModelId(name);
        models.add(new BaseModel(
                id,
                "digits",
                ModelState.INSPECTING,
                null,
                null,
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
        return id;
    }

    private JobFinished finished(ModelId model, JobFinished.Outcome outcome, Map<String, Object> result) {
        return new JobFinished(
                new JobId("job-of-" + model), JobKind.INSPECT, outcome, model.value(), null, result, folder, null);
    }
}
