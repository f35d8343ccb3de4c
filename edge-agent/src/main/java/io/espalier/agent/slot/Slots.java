package io.espalier.agent.slot;

import com.google.protobuf.InvalidProtocolBufferException;
import io.espalier.agent.delivery.CorruptArtifactException;
import io.espalier.agent.delivery.FetchedArtifact;
import io.espalier.agent.delivery.SlotFolder;
import io.espalier.agent.state.AtomicFile;
import io.espalier.agent.state.Steps;
import io.espalier.proto.Sha256;
import io.espalier.proto.v1.TrialReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Two slots, one pointer.
 *
 * <p>A new model is written into the slot that does not serve ({@link SlotFolder}), and what is in a slot is believed only by its
 * signed release, at every start and before each switch. The switch is the rename of the pointer file. The slot that served before
 * keeps its model and is what serves when the pointer or the slot it names turns out to be damaged.
 */
public final class Slots {
    private static final List<String> NAMES = List.of("a", "b");

    private final Path folder;
    private final Steps steps;
    private final AtomicFile pointer;
    private final AtomicFile refused;
    private final LoadAttempts loads;
    private final Vouching vouching;
    private String serving = "b";

    public Slots(Path folder, Path pointerFile, Path refusedFile, Steps steps, Vouching vouching) {
        this.folder = folder;
        this.steps = steps;
        this.pointer = new AtomicFile(pointerFile, steps);
        this.refused = new AtomicFile(refusedFile, steps);
        this.loads = new LoadAttempts(new AtomicFile(folder.resolve("loads"), steps));
        this.vouching = vouching;
    }

    /** The model to serve, most wanted first: the one pointed at, then whatever other slot is whole. */
    public List<StoredModel> candidates() {
        String first = pointer().map(ActiveSlot::slot).orElse("a");
        return Stream.concat(Stream.of(first), NAMES.stream().filter(name -> !name.equals(first)))
                .filter(NAMES::contains)
                .flatMap(name -> verified(name).stream())
                .toList();
    }

    /** Counts that a model is loaded after a start, before it is; {@link #outlived} takes it back. Durable when this returns. */
    public void beginLoad(StoredModel model, String program) throws IOException {
        loads.begin(model.artifactDigest(), program);
    }

    /** The agent is still there after a model was loaded. */
    public void outlived(StoredModel model) throws IOException {
        loads.end(model.artifactDigest());
    }

    /** Whether this program of the agent went down twice in a row while it loaded the model after a start. */
    public boolean tookDown(String program, StoredModel model) {
        return loads.wereTooMany(model.artifactDigest(), program);
    }

    /**
     * Refuses the deployment of the model that the pointer names, where it is this one: whoever assigned it is to know, and it is not taken
     * for what serves. The pointer stays.
     *
     * @return the refusal; empty where it was refused before, or never had a deployment
     */
    public Optional<TrialReport> quarantine(StoredModel model) throws IOException {
        Optional<TrialReport> accepted = pointer()
                .filter(active -> active.artifactDigest().equals(model.artifactDigest()))
                .map(ActiveSlot::trial);
        if (accepted.isEmpty() || latestTrial().filter(accepted.get()::equals).isEmpty()) {
            return Optional.empty();
        }
        TrialReport refusal = TrialReport.newBuilder()
                .setDeploymentId(accepted.get().getDeploymentId())
                .setArtifactDigest(model.artifactDigest().hex())
                .setOutcome(TrialReport.Outcome.OUTCOME_DOES_NOT_LOAD)
                .setDetail("the agent died while loading it after a start, twice in a row")
                .build();
        refuse(refusal);
        return Optional.of(refusal);
    }

    /** What the pointer says, if it was ever written and is readable. */
    public Optional<ActiveSlot> pointer() {
        try {
            return pointer.read().flatMap(ActiveSlot::parse);
        } catch (IOException e) {
            return Optional.empty(); // As good as damaged: whatever slot is whole serves.
        }
    }

    /** The latest trial of this device, accepted or refused. */
    public Optional<TrialReport> latestTrial() throws IOException {
        Optional<byte[]> refusal = refused.read();
        try {
            if (refusal.isPresent()) {
                return Optional.of(TrialReport.parseFrom(refusal.get()));
            }
        } catch (InvalidProtocolBufferException e) {
            refused.delete(); // The deployment is tried once more.
        }
        return pointer().map(ActiveSlot::trial);
    }

    /** Says which candidate really serves, after a start; its slot is not written to until another serves. */
    public void serves(StoredModel model) {
        serving = model.slot();
    }

    /** Forgets a model that is not to be served any more, or never was; the one the pointer names stays. */
    public void discard(Sha256 artifactDigest) throws IOException {
        if (pointer()
                .filter(active -> active.artifactDigest().equals(artifactDigest))
                .isPresent()) {
            return;
        }
        for (String name : NAMES) {
            if (verified(name)
                    .filter(model -> model.artifactDigest().equals(artifactDigest))
                    .isPresent()) {
                slotFolder(name).release().delete();
            }
        }
    }

    /** Writes a fetched model into the slot that does not serve. */
    public StoredModel stage(FetchedArtifact artifact) throws IOException, CorruptArtifactException {
        String slot = serving.equals("a") ? "b" : "a";
        slotFolder(slot).fill(artifact);
        return StoredModel.verified(slot, folder.resolve(slot), vouching)
                .orElseThrow(() -> new CorruptArtifactException(
                        "artifact " + artifact.digest() + " holds no whole " + StoredModel.MODEL));
    }

    /** Puts a newer release of the same artifact in the place of the one that is there. */
    public StoredModel renew(StoredModel stored, byte[] release) throws IOException, CorruptArtifactException {
        slotFolder(stored.slot()).release().write(release);
        return verified(stored.slot())
                .orElseThrow(() -> new CorruptArtifactException(
                        "slot " + stored.slot() + " no longer holds artifact " + stored.artifactDigest()));
    }

    /** Whether the files of a model that was tried are still the ones that were staged. */
    public boolean isUnchanged(StoredModel staged) {
        return verified(staged.slot()).filter(staged::equals).isPresent();
    }

    /** Makes a staged model the one that serves after every start from now on. */
    public void switchTo(StoredModel staged, TrialReport trial) throws IOException {
        refused.delete();
        loads.end(staged.artifactDigest());
        pointer.write(new ActiveSlot(staged.slot(), staged.artifactDigest(), trial).toBytes());
        serving = staged.slot();
    }

    /** Remembers that a deployment was refused, so that it is not tried again after a restart. */
    public void refuse(TrialReport trial) throws IOException {
        refused.write(trial.toByteArray());
    }

    private Optional<StoredModel> verified(String slot) {
        try {
            return StoredModel.verified(slot, folder.resolve(slot), vouching);
        } catch (IOException e) {
            return Optional.empty(); // Unreadable is as good as absent: the other slot is tried.
        }
    }

    private SlotFolder slotFolder(String slot) {
        return new SlotFolder(folder.resolve(slot), steps);
    }
}
