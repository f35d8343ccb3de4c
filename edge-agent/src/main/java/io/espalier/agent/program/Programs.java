package io.espalier.agent.program;

import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.delivery.SlotFolder;
import io.espalier.agent.link.Causes;
import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.ArtifactFile;
import io.espalier.proto.v1.ProgramReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of the agent itself.
 *
 * <p>{@code next} names a program to try: the launcher starts it a few times at most, and goes back when none of them
 * {@linkplain #confirm() confirms} that it has reported in. {@code current} names the one that has; without it the installed
 * program runs. A new program is written into a slot that neither runs nor is current: release away first, release back last,
 * so the launcher starts no slot that is not whole. For any number of threads.
 *
 * @see "docs/adr/0018-the-agent-upgrades-itself.md"
 */
public final class Programs {
    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final String MAIN = "edge-agent.jar";
    private static final String SUMS = "SHA256SUMS";
    private static final List<String> SLOTS = List.of("a", "b");
    private static final String NO_REPORT =
            "it was started several times and never reported in, or its files were damaged";

    private final Path folder;
    private final String runningSlot;
    private final Steps steps;
    private final AtomicFile current;
    private final AtomicFile next;
    private final AtomicFile boots;
    private final AtomicFile refused;
    /** Once it was read: no other program is written to the slot of this one. */
    private Optional<ProgramMarker> own = Optional.empty();

    private String lastTrouble = "";

    /** {@code running} is the folder of the program in this process; one outside of {@code folder} is the installed one. */
    public Programs(Path folder, Path running, Steps steps) {
        this.folder = folder;
        this.runningSlot = folder.equals(running.getParent()) ? String.valueOf(running.getFileName()) : "";
        this.steps = steps;
        current = new AtomicFile(folder.resolve("current"), steps);
        next = new AtomicFile(folder.resolve("next"), steps);
        boots = new AtomicFile(folder.resolve("boots"), steps);
        refused = new AtomicFile(folder.resolve("refused"), steps);
    }

    /** Those of this process, where its launcher says that it can choose between programs. */
    public static Optional<Programs> ofThisProcess() {
        return Optional.ofNullable(System.getProperty("espalier.programs"))
                .map(folder -> new Programs(
                        Path.of(folder), Path.of(System.getProperty("espalier.program", "")), Steps.UNWATCHED));
    }

    /** Whether the program in this process has still to report in, and the launcher goes back where it never does. */
    public synchronized boolean isOnTrial() {
        return !runningSlot.isEmpty() && readable(next).filter(this::runs).isPresent();
    }

    /** What this process is, and what it would not become. */
    public synchronized ProgramReport report() {
        ProgramReport.Builder report = ProgramReport.newBuilder();
        running().ifPresent(marker -> report.setArtifactDigest(marker.artifact().hex()));
        readable(refused)
                .ifPresent(marker -> report.setRefusedDigest(marker.artifact().hex())
                        .setRefusedWhy(marker.why().isEmpty() ? NO_REPORT : marker.why()));
        return report.build();
    }

    /**
     * Whether it runs already or was refused; nothing is to be done about it then. A marker that cannot be read is none, as for
     * the launcher: the program is fetched again and its markers are written anew, which mends a bad sector.
     */
    public synchronized boolean isDecided(Sha256 artifact) {
        return Stream.concat(running().stream(), readable(refused).stream())
                .anyMatch(marker -> marker.artifact().equals(artifact));
    }

    /** The marker of the slot that runs in this process; empty for the installed program. */
    private Optional<ProgramMarker> running() {
        if (own.isEmpty()) {
            own = readable(next).filter(this::runs).or(() -> readable(current).filter(this::runs));
        }
        return own;
    }

    private boolean runs(ProgramMarker marker) {
        return marker.slot().equals(runningSlot);
    }

    /**
     * Says that the program in this process has reported in: from now on it is the one that starts. Where this throws it is on
     * trial still, and it has to be said again.
     */
    public synchronized void confirm() throws IOException {
        if (runningSlot.isEmpty()) {
            return;
        }
        Optional<ProgramMarker> tried;
        try {
            tried = read(next).filter(this::runs);
        } catch (IOException e) {
            if (read(current).filter(this::runs).isEmpty()) {
                throw e;
            }
            next.delete(); // Whatever it named, the launcher cannot read it either.
            return;
        }
        if (tried.isPresent()) {
            own = tried;
            current.write(tried.get().toBytes());
            boots.delete();
            next.delete(); // Last: as long as it is there, what failed before is done again.
        }
    }

    /**
     * Writes a fetched program into the free slot. Of the one that was to be tried already, which the launcher found damaged, the
     * count of starts goes on.
     */
    public synchronized ProgramMarker stage(FetchedArtifact artifact) throws IOException, CorruptArtifactException {
        if (!artifact.has(MAIN)) {
            throw new CorruptArtifactException("artifact " + artifact.digest() + " has no file " + MAIN);
        }
        String slot = freeSlot();
        boolean again = readable(next)
                .filter(marker -> marker.artifact().equals(artifact.digest()))
                .isPresent();
        next.delete();
        if (!again) {
            boots.delete();
        }
        new SlotFolder(folder.resolve(slot), steps).fill(artifact);
        new AtomicFile(folder.resolve(slot).resolve(SUMS), steps).write(sums(artifact));
        return new ProgramMarker(slot, artifact.digest(), "");
    }

    /** As {@code sha256sum -c} reads them: the launcher starts no program of which a file was damaged. */
    private static byte[] sums(FetchedArtifact artifact) {
        StringBuilder lines = new StringBuilder();
        for (ArtifactFile file : artifact.manifest().getFilesList()) {
            lines.append(HexFormat.of().formatHex(file.getSha256().toByteArray()))
                    .append("  ")
                    .append(file.getName())
                    .append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String freeSlot() throws IOException {
        String kept = keptSlot();
        return SLOTS.stream()
                .filter(slot -> !slot.equals(runningSlot) && !slot.equals(kept))
                .findFirst()
                .orElseThrow(() -> new IOException("the program that runs has not reported in yet: no slot is free"));
    }

    /** The slot to go back to; empty where that is the installed program. */
    private String keptSlot() throws IOException {
        try {
            return read(current).map(ProgramMarker::slot).orElse("");
        } catch (IOException e) {
            if (runningSlot.isEmpty()) {
                // The launcher had no use for it. Could it be read again one day, it would name what is written over
                // now.
                current.delete();
            } else if (read(next).filter(this::runs).isPresent()) {
                throw e;
            }
            return runningSlot;
        }
    }

    /** Makes a staged program the one that the launcher tries next. */
    public synchronized void tryNext(ProgramMarker staged) throws IOException {
        refused.delete();
        next.write(staged.toBytes());
    }

    /** Remembers that a program was refused, so that it is not fetched again. */
    public synchronized void refuse(Sha256 artifact, String why) throws IOException {
        refused.write(new ProgramMarker("-", artifact, why).toBytes());
    }

    private Optional<ProgramMarker> readable(AtomicFile marker) {
        try {
            return read(marker);
        } catch (IOException e) {
            String trouble = Causes.inShort(e);
            if (!trouble.equals(lastTrouble)) {
                lastTrouble = trouble;
                LOG.warn("cannot read a marker of the program's slots ({}): goes on without", trouble);
            }
            return Optional.empty();
        }
    }

    private static Optional<ProgramMarker> read(AtomicFile marker) throws IOException {
        return marker.read().flatMap(ProgramMarker::parse);
    }
}
