package io.espalier.agent.shadow;

import io.espalier.agent.delivery.ArtifactFetcher;
import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.FetchResult;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.link.Causes;
import io.espalier.agent.program.ProgramMarker;
import io.espalier.agent.program.Programs;
import io.espalier.agent.trust.DeviceTrust;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.AgentPhase;
import io.espalier.proto.v1.ArtifactKind;
import io.espalier.proto.v1.Assignment;
import io.espalier.proto.v1.Manifest;
import io.espalier.proto.v1.Release;
import io.espalier.trust.Verdict;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an assigned program from the wire to a slot and ends this process, so that the launcher tries it; or says why not. */
public final class Upgrading {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrading.class);

    private final Optional<Programs> programs;
    private final DeviceTrust trust;
    private final String arch;
    private final Runnable restart;
    private volatile boolean unconfirmed;

    /** Without {@code programs} this agent is not upgraded by itself. {@code restart} ends the process and returns at once. */
    public Upgrading(Optional<Programs> programs, DeviceTrust trust, String arch, Runnable restart) {
        this.programs = programs;
        this.trust = trust;
        this.arch = arch;
        this.restart = restart;
    }

    boolean isWanted(Assignment order) {
        return order.getDesired().hasAgent()
                && programs.isPresent()
                && !programs.get().isDecided(artifact(order));
    }

    static Sha256 artifact(Assignment order) {
        return new Sha256(order.getDesired().getAgent().getArtifactDigest());
    }

    /** Says that this program has reached the controller. */
    void confirm(Reporter reporter) {
        if (programs.isPresent()) {
            try {
                programs.get().confirm();
                reporter.program(programs.get().report());
                unconfirmed = false;
            } catch (IOException e) {
                if (!unconfirmed) {
                    LOG.warn("cannot keep that this program has reported in, tries again: {}", Causes.inShort(e));
                }
                unconfirmed = true;
            }
        }
    }

    /** Does so again where it could not be kept: unconfirmed, the launcher would go back to the program before. */
    void confirmAgain(Reporter reporter) {
        if (unconfirmed) {
            confirm(reporter);
        }
    }

    /** Answers what stood in the way and may pass; empty when it is decided. */
    String upgrade(Assignment order, ArtifactFetcher fetcher, Wish wish, Reporter reporter)
            throws IOException, InterruptedException {
        Sha256 digest = artifact(order);
        reporter.enter(AgentPhase.AGENT_PHASE_FETCHING, "agent " + digest);
        FetchResult result = fetcher.fetch(digest, 0, () -> wish.names(digest.hex()), reporter::progress);
        if (result instanceof FetchResult.Fetched fetched) {
            return stage(order, fetched.artifact(), reporter);
        } else if (result instanceof FetchResult.Corrupt corrupt) {
            return refuse(digest, corrupt.why(), reporter);
        } else if (result instanceof FetchResult.Untrusted untrusted) {
            return untrusted.rejection().toString();
        } else if (result instanceof FetchResult.NoSpace noSpace) {
            return noSpace.why();
        } else if (result instanceof FetchResult.Unreachable unreachable) {
            return unreachable.why();
        }
        return "";
    }

    private String stage(Assignment order, FetchedArtifact artifact, Reporter reporter) throws IOException {
        Programs slots = programs.orElseThrow();
        String mismatch = mismatch(artifact.manifest());
        if (!mismatch.isEmpty()) {
            return refuse(artifact.digest(), mismatch, reporter);
        }
        ProgramMarker staged;
        try {
            staged = slots.stage(artifact);
        } catch (CorruptArtifactException e) {
            return refuse(artifact.digest(), e.reason(), reporter);
        }
        // The last look before the switch, as for a model.
        if (trust.stillGood(order) instanceof Verdict.Rejected<Assignment> late) {
            return late.rejection().toString();
        }
        if (trust.accept(artifact.release(), artifact.digest(), 0) instanceof Verdict.Rejected<Release> late) {
            return late.rejection().toString();
        }
        slots.tryNext(staged);
        LOG.info(
                "ends, so that agent {} is tried",
                artifact.manifest().getAgent().getVersion());
        restart.run();
        return "";
    }

    private String mismatch(Manifest manifest) {
        if (manifest.getKind() != ArtifactKind.ARTIFACT_KIND_AGENT) {
            return "the artifact is not an agent";
        }
        String given = manifest.getAgent().getArch();
        return given.equals(arch) ? "" : "the agent is for " + given + ", this device is " + arch;
    }

    private String refuse(Sha256 artifact, String why, Reporter reporter) throws IOException {
        programs.orElseThrow().refuse(artifact, why);
        LOG.warn("refused agent {}: {}", artifact, why);
        reporter.program(programs.orElseThrow().report());
        return "";
    }
}
