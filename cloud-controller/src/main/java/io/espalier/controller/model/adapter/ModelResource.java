package io.espalier.controller.model.adapter;

import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.dataset.DatasetStore;
import io.espalier.controller.live.LiveEvents;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.IllegalRecipeException;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.ModelTouched;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.upload.Upload;
import io.espalier.controller.upload.UploadProblems;
import io.espalier.proto.Sha256;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Takes base models in, or has them trained, and shows them. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelResource {
    private static final int LONGEST_NAME = 128;
    private static final String ROUNDS =
            "1 to 20: a target is approached in so many rounds of cutting and training, the epochs shared out among"
                    + " them; a job that was stopped goes on behind its last round. 1 where left out";
    private static final String PRECISION =
            "float32, int8 for 8-bit integers, or auto, which takes integers where they meet the budget and are more"
                    + " accurate; under a latency budget only where they were timed. float32 where left out";
    private static final String SPARSITY =
            "From 0 to below 1: this share of the weights that are left is held at zero, which"
                    + " makes the file compress better and nothing faster. 0 where left out";
    private static final String THRESHOLD =
            "From 0 up, in the units of importance, which must have some: channels under it"
                    + " go whatever the target, for apoz those over this share of zeros. None where left out";

    private final ModelCatalog catalog;
    private final ModelFiles files;
    private final ModelJobs jobs;
    private final DatasetStore datasets;
    private final LiveEvents live;
    private final Clock clock;
    private final long maxBytes;
    private final Upload upload = new Upload();
    private final SecureRandom random = new SecureRandom();

    ModelResource(
            ModelCatalog catalog,
            ModelFiles files,
            ModelJobs jobs,
            DatasetStore datasets,
            LiveEvents live,
            Clock clock,
            @ConfigProperty(name = "espalier.upload.model-max-bytes") long maxBytes) {
        this.catalog = catalog;
        this.files = files;
        this.jobs = jobs;
        this.datasets = datasets;
        this.live = live;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    record Accepted(String id, String jobId) {}

    @POST
    @Path("/models")
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
            description = ROUNDS,
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
            name = "threshold",
            description = THRESHOLD,
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
            description = PRECISION,
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "sparsity",
            description = SPARSITY,
            schema = @Schema(type = SchemaType.NUMBER))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "control",
            description = "Whether channels drawn by lot are measured as well. false where left out",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public Accepted upload(
            @Context UriInfo uri, @Nullable @HeaderParam("Content-Length") Long declaredBytes, InputStream body) {
        UploadProblems.requireLegal(declaredBytes, maxBytes, "model");
        ModelQuery query = new ModelQuery(uri.getQueryParameters());
        String name = legalName(query.text("name"));
        DatasetId dataset = existing(query.text("datasetId"));
        InputScaling contract = query.contract();
        Recipe recipe = legal(query::recipe);
        ModelId id = ModelId.draw(random);
        Upload.Outcome.Received received =
                UploadProblems.orThrow(upload.receive(body, files.onnx(id), maxBytes), "model");
        BaseModel model = draft(id, name, ModelState.INSPECTING, dataset, received.digest(), contract, recipe, null);
        try {
            catalog.add(model);
        } catch (RuntimeException e) {
            Upload.discard(files.onnx(id));
            throw e;
        }
        return accepted(model, start(model));
    }

    record Training(
            @Nullable String name,
            @Nullable String architecture,
            @Nullable String datasetId,
            @Nullable Integer epochs,
            @Schema(description = ROUNDS) @Nullable Integer rounds,
            @Nullable Long seed,
            @Nullable Integer batchSize,
            @Nullable Double learningRate,
            @Nullable String importance,
            @Schema(description = THRESHOLD) @Nullable Double threshold,
            @Nullable Integer maxTrainSamples,
            @Nullable Boolean distill,
            @Nullable Boolean control,
            @Schema(description = PRECISION) @Nullable String precision,
            @Schema(description = SPARSITY) @Nullable Double sparsity,
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
                    threshold,
                    maxTrainSamples,
                    distill == null ? usual.distill() : distill,
                    control == null ? usual.control() : control,
                    precision == null ? usual.precision() : precision,
                    sparsity == null ? usual.sparsity() : sparsity);
        }

        InputScaling contract() {
            return new InputScaling(
                    scale == null ? 1 : scale, mean == null ? List.of() : mean, std == null ? List.of() : std);
        }
    }

    @POST
    @Path("/models/train")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    public Accepted train(@Nullable Training training) {
        if (training == null) {
            throw Problem.invalid("architecture", "A JSON body is expected: name, architecture, datasetId, epochs")
                    .exception();
        }
        String name = legalName(training.name());
        DatasetId dataset = existing(training.datasetId());
        if (dataset == null) {
            throw Problem.invalid("datasetId", "Training needs a data set: upload one with POST /api/v1/datasets")
                    .exception();
        }
        String architecture = training.architecture();
        if (architecture == null || !architecture.matches("[a-z0-9-]{1,64}")) {
            throw Problem.invalid("architecture", "Field \"architecture\" names a known network, such as source-cnn")
                    .exception();
        }
        BaseModel model = draft(
                ModelId.draw(random),
                name,
                ModelState.TRAINING,
                dataset,
                null,
                training.contract(),
                legal(training::recipe),
                architecture);
        catalog.add(model);
        return accepted(model, start(model));
    }

    @GET
    @Path("/models")
    public List<ModelView> all() {
        return catalog.all().stream().map(ModelView::of).toList();
    }

    @GET
    @Path("/models/{id}")
    public ModelView one(@PathParam("id") String id) {
        return catalog.find(new ModelId(id))
                .map(ModelView::of)
                .orElseThrow(() -> Problem.notFound("model", id).exception());
    }

    /** Labelled samples of the test split, as an agent replays them. */
    @GET
    @Path("/models/{id}/replay.pb")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public java.nio.file.Path replay(@PathParam("id") String id) {
        java.nio.file.Path replay = files.replay(new ModelId(id));
        if (!Files.isRegularFile(replay)) {
            throw Problem.notFound("replay file of model", id).exception();
        }
        return replay;
    }

    private static Recipe legal(Supplier<Recipe> asked) {
        try {
            return asked.get();
        } catch (IllegalRecipeException e) {
            throw Problem.invalid(e.field(), String.valueOf(e.getMessage())).exception();
        }
    }

    private JobId start(BaseModel model) {
        try {
            return model.state() == ModelState.TRAINING ? jobs.train(model) : jobs.inspect(model);
        } catch (RuntimeException e) {
            catalog.invalid(
                    model.id(), Map.of("title", "No worker could be asked", "detail", String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private Accepted accepted(BaseModel model, JobId job) {
        live.publish(new ModelTouched(model.id()));
        return new Accepted(model.id().value(), job.value());
    }

    private BaseModel draft(
            ModelId id,
            String name,
            ModelState state,
            @Nullable DatasetId dataset,
            @Nullable Sha256 digest,
            InputScaling contract,
            Recipe recipe,
            @Nullable String architecture) {
        return new BaseModel(
                id,
                name,
                state,
                dataset,
                digest,
                contract,
                recipe,
                architecture,
                null,
                null,
                null,
                null,
                null,
                null,
                clock.instant());
    }

    private @Nullable DatasetId existing(@Nullable String id) {
        if (id == null) {
            return null;
        }
        DatasetId dataset = new DatasetId(id);
        if (datasets.find(dataset).isEmpty()) {
            throw Problem.invalid("datasetId", "There is no data set \"" + id + "\"")
                    .exception();
        }
        return dataset;
    }

    private static String legalName(@Nullable String name) {
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            throw Problem.invalid("name", "A model needs a name of 1 to " + LONGEST_NAME + " characters")
                    .exception();
        }
        return name;
    }
}
