package io.espalier.controller.model.adapter;

import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.problem.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Has base models trained from scratch. */
@Path("/api/v1/models/train")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelTrainingResource {
    private final ModelIntake intake;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    ModelTrainingResource(ModelIntake intake, Clock clock) {
        this.intake = intake;
        this.clock = clock;
    }

    record Training(
            @Nullable String name,
            @Nullable String architecture,
            @Nullable String datasetId,
            @Nullable Integer epochs,

            @Schema(description = RecipeDescriptions.ROUNDS) @Nullable
            Integer rounds,

            @Nullable Long seed,
            @Nullable Integer batchSize,
            @Nullable Double learningRate,
            @Nullable String importance,

            @Schema(description = RecipeDescriptions.PERCENTILE) @Nullable
            Double percentile,

            @Schema(description = RecipeDescriptions.PERCENTILE_SCOPE) @Nullable
            String percentileScope,

            @Schema(description = RecipeDescriptions.THRESHOLD) @Nullable
            Double threshold,

            @Nullable Integer maxTrainSamples,
            @Nullable Boolean distill,
            @Nullable Boolean control,

            @Schema(description = RecipeDescriptions.PRECISION) @Nullable
            String precision,

            @Schema(description = RecipeDescriptions.SPARSITY) @Nullable
            Double sparsity,

            @Schema(description = RecipeDescriptions.MOST_LOST) @Nullable
            Double mostLost,

            @Nullable Double scale,
            @Nullable List<Double> mean,
            @Nullable List<Double> std) {
        Recipe recipe() {
            Recipe usual = Recipe.USUAL;
            return new Recipe(
                    epochs == null ? usual.epochs() : epochs,
                    rounds == null ? usual.rounds() : rounds,
                    seed == null ? usual.seed() : seed,
                    batchSize == null ? usual.batchSize() : batchSize,
                    learningRate,
                    importance == null ? usual.importance() : importance,
                    percentile,
                    percentileScope,
                    threshold,
                    maxTrainSamples,
                    distill == null ? usual.distill() : distill,
                    control == null ? usual.control() : control,
                    precision == null ? usual.precision() : precision,
                    sparsity == null ? usual.sparsity() : sparsity,
                    mostLost);
        }

        InputScaling contract() {
            return new InputScaling(
                    scale == null ? 1 : scale, mean == null ? List.of() : mean, std == null ? List.of() : std);
        }
    }

    @POST
    @Operation(summary = "Train a small reference model from scratch")
    @APIResponseSchema(
            value = ModelIntake.Accepted.class,
            responseCode = "202",
            responseDescription = "Accepted; what comes of it is told later")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    public ModelIntake.Accepted train(@Nullable Training training) {
        if (training == null) {
            throw Problem.invalid("architecture", "A JSON body is expected: name, architecture, datasetId, epochs")
                    .exception();
        }
        String name = ModelIntake.legalName(training.name());
        DatasetId dataset = intake.existing(training.datasetId());
        if (dataset == null) {
            throw Problem.invalid("datasetId", "Training needs a data set: upload one with POST /api/v1/datasets")
                    .exception();
        }
        String architecture = training.architecture();
        if (architecture == null || !architecture.matches("[a-z0-9-]{1,64}")) {
            throw Problem.invalid("architecture", "Field \"architecture\" names a known network, such as source-cnn")
                    .exception();
        }
        BaseModel model = BaseModel.toBeTrained(
                ModelId.draw(random),
                name,
                dataset,
                architecture,
                training.contract(),
                ModelIntake.legal(training::recipe),
                clock.instant());
        intake.keep(model);
        return intake.begin(model);
    }
}
