package io.espalier.controller.model.adapter;

import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.upload.Upload;
import io.espalier.controller.upload.UploadProblems;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Takes base models in as ONNX files. */
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelUploadResource {
    private final ModelIntake intake;
    private final ModelFiles files;
    private final Clock clock;
    private final long maxBytes;
    private final Upload upload = new Upload();
    private final SecureRandom random = new SecureRandom();

    ModelUploadResource(
            ModelIntake intake,
            ModelFiles files,
            Clock clock,
            @ConfigProperty(name = "espalier.upload.model-max-bytes") long maxBytes) {
        this.intake = intake;
        this.files = files;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    @POST
    @Operation(summary = "Upload a trained model")
    @APIResponseSchema(
            value = ModelIntake.Accepted.class,
            responseCode = "202",
            responseDescription = "Accepted; what comes of it is told later")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @ResponseStatus(202)
    @Parameter(
            in = ParameterIn.QUERY,
            name = "name",
            required = true,
            description = "A name for people, 1 to 128 characters",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "datasetId",
            description = "Data to train variants on and to judge them by",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "scale",
            description = "The model's input is (raw * scale - mean) / std. 1 where left out",
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "mean",
            description = "One number, or one per channel: R,G,B",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "std",
            description = "One number, or one per channel: R,G,B",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "epochs",
            description = "0 to 1000 passes over the training data. 3 where left out",
            schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "rounds",
            description = RecipeDescriptions.ROUNDS,
            schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "seed",
            description = "Same seed, same bits. 7 where left out",
            schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "batchSize",
            description = "1 to 4096 samples. 64 where left out",
            schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "learningRate",
            description = "Peak of the schedule, above 0 and below 10. Left to the trainer where left out",
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "importance",
            description =
                    "How channels are ranked, such as l1 or taylor. auto where left out, which tries the likely ones",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "percentile",
            description = RecipeDescriptions.PERCENTILE,
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "percentileScope",
            description = RecipeDescriptions.PERCENTILE_SCOPE,
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "threshold",
            description = RecipeDescriptions.THRESHOLD,
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "maxTrainSamples",
            description = "Train on at most so many samples. On all where left out",
            schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "distill",
            description = "Whether the unpruned model teaches. true where left out",
            schema = @Schema(type = SchemaType.BOOLEAN))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "precision",
            description = RecipeDescriptions.PRECISION,
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "sparsity",
            description = RecipeDescriptions.SPARSITY,
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "mostLost",
            description = RecipeDescriptions.MOST_LOST,
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "control",
            description = "Whether channels drawn by lot are measured as well. false where left out",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public ModelIntake.Accepted upload(
            @Context UriInfo uri, @Nullable @HeaderParam("Content-Length") Long declaredBytes, InputStream body) {
        UploadProblems.requireLegal(declaredBytes, maxBytes, "model");
        ModelQuery query = new ModelQuery(uri.getQueryParameters());
        String name = ModelIntake.legalName(query.text("name"));
        DatasetId dataset = intake.existing(query.text("datasetId"));
        InputScaling contract = query.contract();
        Recipe recipe = ModelIntake.legal(query::recipe);
        ModelId id = ModelId.draw(random);
        Upload.Outcome.Received received =
                UploadProblems.orThrow(upload.receive(body, files.onnx(id), maxBytes), "model");
        BaseModel model = BaseModel.uploaded(id, name, dataset, received.digest(), contract, recipe, clock.instant());
        try {
            intake.keep(model);
        } catch (RuntimeException e) {
            Upload.discard(files.onnx(id));
            throw e;
        }
        return intake.begin(model);
    }
}
