package io.espalier.controller.dataset.adapter;

import io.espalier.controller.dataset.Dataset;
import io.espalier.controller.dataset.DatasetId;
import io.espalier.controller.dataset.DatasetStore;
import io.espalier.controller.problem.Problem;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Takes data sets in. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class DatasetResource {
    private static final Pattern FILE_NAME = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,128}");
    private static final Pattern FORMAT = Pattern.compile("\\.(npz|zip)$", Pattern.CASE_INSENSITIVE);
    private static final String FORMATS =
            "Taken are an .npz file, such as train.npz, and a .zip archive of IDX files or"
                    + " of images in train/<class> and test/<class>, such as photos.zip";
    private static final int LONGEST_NAME = 128;

    private final DatasetStore store;
    private final long maxBytes;
    private final Clock clock;
    private final Upload upload = new Upload();
    private final SecureRandom random = new SecureRandom();

    DatasetResource(
            DatasetStore store,
            @ConfigProperty(name = "espalier.upload.dataset-max-bytes") long maxBytes,
            Clock clock) {
        this.store = store;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    record View(String id, String name, String fileName, long sizeBytes, String digest, Instant createdAt) {
        static View of(Dataset dataset) {
            return new View(
                    dataset.id().value(),
                    dataset.name(),
                    dataset.fileName(),
                    dataset.sizeBytes(),
                    dataset.digest().hex(),
                    dataset.createdAt());
        }
    }

    @POST
    @Operation(summary = "Upload a data set")
    @APIResponseSchema(value = View.class, responseCode = "201", responseDescription = "Created")
    @Path("/datasets")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @ResponseStatus(201)
    public View add(
            @Parameter(required = true, description = "What the data set shall be called") @Nullable @QueryParam("name")
                    String name,
            @Parameter(required = true, description = "Tells the format: it ends in .npz or .zip")
                    @Nullable
                    @QueryParam("filename")
                    String fileName,
            @Nullable @HeaderParam("Content-Length") Long declaredBytes,
            InputStream body) {
        UploadProblems.requireLegal(declaredBytes, maxBytes, "data set");
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            throw Problem.invalid(
                            "name",
                            name == null
                                    ? "Query parameter \"name\" is missing: what the data set shall be called"
                                    : "Query parameter \"name\" takes 1 to " + LONGEST_NAME + " characters")
                    .exception();
        }
        if (fileName == null) {
            throw Problem.invalid(
                            "filename", "Query parameter \"filename\" is missing: it tells the format. " + FORMATS)
                    .exception();
        }
        if (!FILE_NAME.matcher(fileName).matches() || fileName.startsWith(".")) {
            throw Problem.invalid(
                            "filename",
                            "Query parameter \"filename\" must be a plain file name, got \"" + fileName + "\". "
                                    + FORMATS)
                    .exception();
        }
        if (!FORMAT.matcher(fileName).find()) {
            throw Problem.invalid("filename", "\"" + fileName + "\" is no data set by its name. " + FORMATS)
                    .exception();
        }
        DatasetId id = DatasetId.draw(random);
        Dataset expected = new Dataset(id, name, safe(fileName), 0, Sha256.of(new byte[0]), clock.instant());
        Upload.Outcome.Received received =
                UploadProblems.orThrow(upload.receive(body, store.location(expected), maxBytes), "data set");
        Dataset dataset = new Dataset(
                id, name, expected.fileName(), received.sizeBytes(), received.digest(), expected.createdAt());
        try {
            store.add(dataset);
        } catch (RuntimeException e) {
            Upload.discard(store.location(expected));
            throw e;
        }
        return View.of(dataset);
    }

    @GET
    @Operation(summary = "List the data sets")
    @Path("/datasets")
    public List<View> all() {
        return store.all().stream().map(View::of).toList();
    }

    @GET
    @Operation(summary = "Show a data set")
    @Path("/datasets/{id}")
    public View one(@PathParam("id") String id) {
        return store.find(new DatasetId(id))
                .map(View::of)
                .orElseThrow(() -> Problem.notFound("data set", id).exception());
    }

    /** Keeps the ending, which tells the format, and gives every file system a name it likes. */
    private static String safe(String fileName) {
        return fileName.replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
