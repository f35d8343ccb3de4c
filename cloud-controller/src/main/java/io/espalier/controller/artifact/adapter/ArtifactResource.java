package io.espalier.controller.artifact.adapter;

import io.espalier.controller.artifact.ArtifactStore;
import io.espalier.controller.problem.Problem;
import io.espalier.proto.Sha256;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

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
    @Path("/manifest")
    public Response manifest(@PathParam("digest") String digest) {
        return releases.envelope(new Sha256(digest))
                .map(envelope -> Response.ok(envelope)
                        .header("Cache-Control", "no-cache")
                        .build())
                .orElseThrow(() -> Problem.notFound("artifact", digest).exception());
    }

    @GET
    @Path("/chunks/{index}")
    public Response chunk(@PathParam("digest") String digest, @PathParam("index") int index) {
        return store.chunk(new Sha256(digest), index)
                .map(ArtifactResource::bytes)
                .orElseThrow(() -> Problem.notFound("chunk " + index + " of artifact", digest)
                        .exception());
    }

    /** All of it in one file, for {@code ./espalier artifact verify}. */
    @GET
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
