package io.espalier.signing.cli;

import io.espalier.proto.Sha256;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.signing.RootFile;
import io.espalier.trust.RejectedException;
import io.espalier.trust.Rejection.Reason;
import io.espalier.trust.TrustStore;
import io.espalier.trust.TrustedRoot;
import io.espalier.trust.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at an artifact that a controller gave out, as {@code GET /api/v1/artifacts/DIGEST/bundle}. */
@Command(
        name = "artifact",
        description = "Shows or verifies an artifact in a file, without a controller or a network.",
        footer = {
            "",
            "The file is what a controller gives out at /api/v1/artifacts/DIGEST/bundle, a root what it gives out at "
                    + "/api/v1/roots/VERSION. Get the root by a way that you trust: all else follows from it.",
            "",
            "Exit code: 0 verified, 1 refused, 2 a file or an argument makes no sense."
        })
final class ArtifactCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it.
    private CommandSpec spec;

    @Command(
            name = "inspect",
            description =
                    "Says what is in the file: release, devices, files, model, keys and provenance, as it claims to be."
                            + " Verifies nothing.")
    int inspect(
            @Parameters(paramLabel = "FILE", description = "What a controller gave out.") Path file,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this text.")
                    boolean shown) {
        PrintWriter out = spec.commandLine().getOut();
        try (BundleFile bundle = BundleFile.open(file)) {
            ReleaseText.print(bundle.envelope(), out);
            bundle.roots().forEach(root -> {
                if (TrustedRoot.anchor(root) instanceof Verdict.Verified<TrustedRoot> verified) {
                    out.println();
                    RootText.print(verified.value(), out);
                }
            });
            bundle.provenance().ifPresent(text -> {
                out.println();
                out.println("Provenance");
                out.println(text);
            });
            out.println("Nothing of this was verified: see ./espalier artifact verify --help");
        }
        return SigningMain.DONE;
    }

    @Command(
            name = "verify",
            description = "Checks signatures, dates and every byte, as a device would; says what is wrong first.")
    int verify(
            @Parameters(paramLabel = "FILE", description = "What a controller gave out.") Path file,
            @Option(names = "--root", paramLabel = "ROOT", required = true, description = "The root that you trust.")
                    Path root,
            @Option(
                            names = "--class",
                            paramLabel = "CLASS",
                            description = "The class of device that it must be for, as inspect shows it, in quotes"
                                    + " (default: any).")
                    String deviceClass,
            @Option(
                            names = "--at",
                            paramLabel = "TIME",
                            description = "The time to judge by, such as 2026-12-01T00:00:00Z (default: now).")
                    Instant at,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this text.")
                    boolean shown) {
        PrintWriter out = spec.commandLine().getOut();
        try (BundleFile bundle = BundleFile.open(file)) {
            TrustStore trust = bundle.trustFrom(anchor(root));
            Release claimed = bundle.envelopePayload();
            Sha256 artifact = Sha256.of(claimed.getManifest().toByteArray());
            String judgedAs = deviceClass != null
                    ? deviceClass
                    : claimed.getDeviceClassesCount() == 0 ? "" : claimed.getDeviceClasses(0);
            Release release = trust.judgeRelease(
                            bundle.envelope(), artifact, judgedAs, 0, at == null ? Instant.now() : at)
                    .orThrow();
            Manifest manifest = bundle.verifyContent(release);
            out.println("verified: artifact " + artifact + ", release " + release.getVersion() + ", "
                    + manifest.getFilesCount() + " file" + (manifest.getFilesCount() == 1 ? "" : "s")
                    + ", under root " + trust.root().version());
            return SigningMain.DONE;
        } catch (RejectedException e) {
            SigningMain.complain(spec.commandLine(), "refused, " + e.getMessage());
            return SigningMain.REFUSED;
        }
    }

    /** A file of another kind is a slip of the hand; a root that its own keys do not vouch for is not. */
    private static TrustedRoot anchor(Path file) throws RejectedException {
        Verdict<TrustedRoot> read = TrustedRoot.anchor(RootFile.read(file));
        if (read instanceof Verdict.Rejected<TrustedRoot> rejected
                && rejected.rejection().reason() == Reason.MALFORMED) {
            throw new InvalidInputException("--root " + file + " is not a root: take what a controller gives out at"
                    + " /api/v1/roots/VERSION, or a file in the folder roots of its keys");
        }
        return read.orThrow();
    }
}
