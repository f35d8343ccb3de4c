package io.espalier.controller.pruning.adapter;

import io.espalier.controller.artifact.ArtifactFiles;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.Sha256;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Shows variants and hands out their ONNX files. */
@Path("/api/v1/variants")
@Produces(MediaType.APPLICATION_JSON)
public final class VariantResource {
    private final Variants variants;
    private final ArtifactFiles files;

    VariantResource(Variants variants, ArtifactFiles files) {
        this.variants = variants;
        this.files = files;
    }

    @GET
    @Operation(summary = "List the variants")
    public List<VariantView> list(@QueryParam("modelId") @Nullable String modelId) {
        return variants.list(modelId).stream().map(VariantView::of).toList();
    }

    @GET
    @Operation(summary = "Show a variant")
    @Path("/{digest}")
    public VariantView find(@PathParam("digest") String digest) {
        return VariantView.of(variant(digest));
    }

    /** The model itself. */
    @GET
    @Operation(summary = "Download a variant as ONNX")
    @Path("/{digest}/model.onnx")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    public Response model(@PathParam("digest") String digest) {
        Variant variant = variant(digest);
        StreamingOutput body = out -> files.copy(variant.artifact(), "model.onnx", out);
        return Response.ok(body)
                .header("Content-Length", variant.sizeBytes())
                .header("Content-Disposition", "attachment; filename=\"" + digest.substring(0, 12) + ".onnx\"")
                .build();
    }

    private Variant variant(String digest) {
        return variants.find(new Sha256(digest))
                .orElseThrow(() -> Problem.notFound("variant", digest).exception());
    }

    /** A variant on the API. */
    public record VariantView(
            String digest,
            String modelId,
            String kind,
            String artifactDigest,
            @Nullable String jobId,
            long sizeBytes,
            @Nullable Double predictedP50Micros,
            @Nullable Double predictedP95Micros,
            @Nullable Double accuracy,
            Map<String, Object> content,
            Instant createdAt) {
        static VariantView of(Variant variant) {
            return new VariantView(
                    variant.digest().hex(),
                    variant.modelId(),
                    variant.dense() ? "dense" : "pruned",
                    variant.artifact().hex(),
                    variant.jobId(),
                    variant.sizeBytes(),
                    variant.predictedP50Micros(),
                    variant.predictedP95Micros(),
                    variant.accuracy(),
                    variant.content(),
                    variant.createdAt());
        }
    }
}
