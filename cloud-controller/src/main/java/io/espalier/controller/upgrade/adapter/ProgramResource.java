package io.espalier.controller.upgrade.adapter;

import io.espalier.controller.artifact.AgentLabel;
import io.espalier.controller.artifact.Artifacts;
import io.espalier.controller.problem.Problem;
import io.espalier.controller.problem.ProblemException;
import io.espalier.controller.upgrade.Program;
import io.espalier.controller.upgrade.ProgramArchive;
import io.espalier.controller.upgrade.Programs;
import io.espalier.controller.upgrade.UnusableProgramException;
import io.espalier.controller.upload.Upload;
import io.espalier.controller.upload.UploadProblems;
import io.espalier.host.Folders;
import io.espalier.proto.Sha256;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Takes programs of the agent in, as the archives that {@code ./espalier package} makes, and shows them. */
@Path("/api/v1/programs")
@Produces(MediaType.APPLICATION_JSON)
public final class ProgramResource {
    private static final Logger LOG = Logger.getLogger(ProgramResource.class);

    /** Of the unpacked files, for each byte that may be uploaded: jars and libraries shrink to half at best. */
    private static final int MOST_EXPANSION = 4;

    private final Programs programs;
    private final Artifacts artifacts;
    private final ProgramFolder folder;
    private final Clock clock;
    private final long maxBytes;
    private final Upload upload = new Upload();

    ProgramResource(
            Programs programs,
            Artifacts artifacts,
            ProgramFolder folder,
            Clock clock,
            @ConfigProperty(name = "espalier.upload.program-max-bytes") long maxBytes) {
        this.programs = programs;
        this.artifacts = artifacts;
        this.folder = folder;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    /** A program as the API shows it. */
    record View(String digest, String version, String arch, long sizeBytes, String archiveDigest, Instant uploadedAt) {
        static View of(Program program) {
            return new View(
                    program.digest().hex(),
                    program.version(),
                    program.arch(),
                    program.sizeBytes(),
                    program.archive().hex(),
                    program.uploadedAt());
        }
    }

    @POST
    @Operation(summary = "Upload a program of the agent")
    @APIResponseSchema(value = View.class, responseCode = "201", responseDescription = "Created")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @ResponseStatus(201)
    public View add(@Nullable @HeaderParam("Content-Length") Long declaredBytes, InputStream body) {
        UploadProblems.requireLegal(declaredBytes, maxBytes, "program");
        java.nio.file.Path place = folder.path().resolve(UUID.randomUUID().toString());
        try {
            java.nio.file.Path archive = place.resolve("archive.tar.gz");
            Upload.Outcome.Received received =
                    UploadProblems.orThrow(upload.receive(body, archive, maxBytes), "program");
            return View.of(keep(archive, received.digest(), Files.createDirectory(place.resolve("files"))));
        } catch (UnusableProgramException e) {
            throw Problem.of(400, "unusable-program", "This is no program of the agent", String.valueOf(e.getMessage()))
                    .exception();
        } catch (IOException e) {
            throw unwritten(e, place);
        } catch (UncheckedIOException e) { // So does the store of artifacts, to which everything is written once more.
            throw unwritten(Objects.requireNonNull(e.getCause(), "its constructors ask for one"), place);
        } finally {
            delete(place);
        }
    }

    private static ProblemException unwritten(IOException e, java.nio.file.Path place) {
        LOG.warnf(e, "Cannot keep a program that was unpacked in %s", place);
        return UploadProblems.unwritten(e, place, "program").exception();
    }

    private Program keep(java.nio.file.Path archive, Sha256 digest, java.nio.file.Path unpackedIn)
            throws IOException, UnusableProgramException {
        ProgramArchive.Unpacked unpacked = ProgramArchive.unpack(archive, unpackedIn, maxBytes * MOST_EXPANSION);
        long sizeBytes = 0;
        for (var file : unpacked.files()) {
            sizeBytes += Files.size(file.file());
        }
        Sha256 artifact = artifacts.putAgent(unpacked.files(), new AgentLabel(unpacked.version(), unpacked.arch()));
        programs.add(new Program(artifact, unpacked.version(), unpacked.arch(), sizeBytes, digest, clock.instant()));
        return existing(artifact.hex());
    }

    @GET
    @Operation(summary = "List the programs of the agent")
    public List<View> all() {
        return programs.all().stream().map(View::of).toList();
    }

    @GET
    @Operation(summary = "Show a program of the agent")
    @Path("/{digest}")
    public View one(@PathParam("digest") String digest) {
        return View.of(existing(digest));
    }

    private Program existing(String digest) {
        return programs.find(new Sha256(digest))
                .orElseThrow(() -> Problem.notFound("program", digest).exception());
    }

    private static void delete(java.nio.file.Path place) {
        try {
            Folders.delete(place);
        } catch (IOException e) {
            LOG.warnf(e, "Cannot delete %s: remove it by hand", place); // Thrown, it would hide how the upload went.
        }
    }
}
