package io.espalier.controller.pki.adapter;

import io.espalier.pki.AuthorityFolder;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.nio.file.Files;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** For brokers elsewhere: whom to trust, and whom no more. Neither is a secret. */
@Path("/api/v1/authority")
@PermitAll
@Produces("application/x-pem-file")
public final class AuthorityResource {
    private final AuthorityFolder folder;

    AuthorityResource(AuthorityCustody custody) {
        this.folder = custody.folder();
    }

    @GET
    @Operation(summary = "Download the certificate of the authority")
    @Path("/ca.pem")
    public String certificate() throws IOException {
        return Files.readString(folder.certificateFile());
    }

    @GET
    @Operation(summary = "Download the list of revoked certificates")
    @Path("/crl.pem")
    public String revocations() throws IOException {
        return Files.readString(folder.revocationFile());
    }
}
