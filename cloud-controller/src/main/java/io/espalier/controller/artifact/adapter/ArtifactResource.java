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

/** The same bytes as on the broker, for agents that did not get them there. Digests make them safe to cache. */
@Path("/api/v1/artifacts/{digest}")
@PermitAll
@Produces(MediaType.APPLICATION_OCTET_STREAM)
public final class ArtifactResource {
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final ArtifactStore store;

    ArtifactResource(ArtifactStore store) {
        this.store = store;
    }

    @GET
    @Path("/manifest")
    public Response manifest(@PathParam("digest") String digest) {
        return store.manifest(new Sha256(digest))
                .map(ArtifactResource::bytes)
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

    private static Response bytes(byte[] content) {
        return Response.ok(content).header("Cache-Control", FOR_EVER).build();
    }
}
