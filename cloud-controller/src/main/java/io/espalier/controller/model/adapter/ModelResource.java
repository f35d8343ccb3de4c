package io.espalier.controller.model.adapter;

import io.espalier.controller.model.ModelCatalog;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.problem.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.file.Files;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Shows base models. */
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelResource {
    private final ModelCatalog catalog;
    private final ModelFiles files;

    ModelResource(ModelCatalog catalog, ModelFiles files) {
        this.catalog = catalog;
        this.files = files;
    }

    @GET
    @Operation(summary = "List the models")
    public List<ModelView> all() {
        return catalog.all().stream().map(ModelView::of).toList();
    }

    @GET
    @Operation(summary = "Show a model")
    @Path("/{id}")
    public ModelView one(@PathParam("id") String id) {
        return catalog.find(new ModelId(id))
                .map(ModelView::of)
                .orElseThrow(() -> Problem.notFound("model", id).exception());
    }

    /** Labelled samples of the test split, as an agent replays them. */
    @GET
    @Operation(summary = "Download labelled samples of a model to replay on a device")
    @Path("/{id}/replay.pb")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public java.nio.file.Path replay(@PathParam("id") String id) {
        java.nio.file.Path replay = files.replay(new ModelId(id));
        if (!Files.isRegularFile(replay)) {
            throw Problem.notFound("replay file of model", id).exception();
        }
        return replay;
    }
}
