package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.artifact.ByteRange;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.Sha256;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.PathPart;

/**
 * The same bytes as on the broker, for agents that did not get them there. Digests make chunks safe to cache; the signed
 * release changes when it is renewed.
 */
@Path("/api/v1/artifacts/{digest}")
@PermitAll
@Produces(MediaType.APPLICATION_OCTET_STREAM)
public final class ArtifactResource {
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final ArtifactStore store;
    private final Releases releases;
    private final Bundles bundles;

    ArtifactResource(ArtifactStore store, Releases releases, Bundles bundles) {
        this.store = store;
        this.releases = releases;
        this.bundles = bundles;
    }

    @GET
    @Operation(summary = "Download the signed manifest of an artifact")
    @Path("/manifest")
    public Response manifest(@PathParam("digest") String digest) {
        return releases.envelope(new Sha256(digest))
                .map(envelope -> Response.ok(envelope)
                        .header("Cache-Control", "no-cache")
                        .build())
                .orElseThrow(() -> Problem.notFound("artifact", digest).exception());
    }

    @GET
    @Operation(summary = "Download one chunk of an artifact")
    @Path("/chunks/{index}")
    public Response chunk(@PathParam("digest") String digest, @PathParam("index") int index) {
        return store.chunk(new Sha256(digest), index)
                .map(ArtifactResource::bytes)
                .orElseThrow(() -> Problem.notFound("chunk " + index + " of artifact", digest)
                        .exception());
    }

    /** The bytes of all chunks in their order, or the part of them that a Range header asks for. */
    @GET
    @Operation(summary = "Download the content of an artifact")
    @Path("/content")
    public Response content(@PathParam("digest") String digest, @HeaderParam("Range") @DefaultValue("") String range) {
        java.nio.file.Path content = store.content(new Sha256(digest))
                .orElseThrow(() -> Problem.notFound("artifact", digest).exception());
        long size = size(content);
        try {
            Optional<ByteRange> part = ByteRange.asked(range, size);
            Response.ResponseBuilder answer = part.isEmpty()
                    ? Response.ok(content)
                    : Response.status(Response.Status.PARTIAL_CONTENT)
                            .entity(new PathPart(
                                    content, part.get().first(), part.get().bytes()))
                            .header(
                                    "Content-Range",
                                    "bytes " + part.get().first() + "-"
                                            + part.get().last() + "/" + size);
            return answer.header("Accept-Ranges", "bytes")
                    .header("Cache-Control", FOR_EVER)
                    .build();
        } catch (ByteRange.UnsatisfiableException e) {
            throw Problem.of(
                            416,
                            "range-not-satisfiable",
                            "No such part",
                            "Content of " + size + " bytes has nothing at \"" + range + "\"")
                    .with("sizeBytes", size)
                    .exception();
        }
    }

    private static long size(java.nio.file.Path content) {
        try {
            return Files.size(content);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + content, e);
        }
    }

    /** All of it in one file, for {@code ./espalier artifact verify}. */
    @GET
    @Operation(summary = "Download an artifact and its signatures in one file")
    @Path("/bundle")
    @Produces("application/zip")
    public Response bundle(@PathParam("digest") String digest) {
        Sha256 artifact = new Sha256(digest);
        return bundles.of(artifact)
                .map(zip -> Response.ok(zip)
                        .header("Content-Disposition", "attachment; filename=\"" + artifact + ".espalier.zip\"")
                        .build())
                .orElseThrow(() -> Problem.notFound("artifact", digest).exception());
    }

    private static Response bytes(byte[] content) {
        return Response.ok(content).header("Cache-Control", FOR_EVER).build();
    }
}
