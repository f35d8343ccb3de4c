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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two slots, one pointer.
 *
 * <p>A new model is written into the slot that does not serve ({@link SlotFolder}), and what is in a slot is believed only by its
 * signed release, at every start and before each switch. The switch is the rename of the pointer file. The slot that served before
 * keeps its model and is what serves when the slot that the pointer names turns out to be damaged or its model is not loaded any more.
 *
 * <p>Only what passed a trial here is a candidate to serve. No model is written over the one that serves, and neither that one nor the
 * last good one is ever removed.
 */
public final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);
    private static final List<String> NAMES = List.of("a", "b");
    /** An error of the disk that passes is not to cost the last good model. */
    private static final int LOOKS = 2;

    private final Path folder;
    private final Steps steps;
    private final Pointer pointer;
    private final AtomicFile refused;
    private final LoadAttempts loads;
    private final Vouching vouching;
    private Optional<StoredModel> serving = Optional.empty();

    public Slots(Path folder, Path pointerFile, Path refusedFile, Steps steps, Vouching vouching) {
        this.folder = folder;
        this.steps = steps;
        this.pointer = new Pointer(pointerFile, steps);
        this.refused = new AtomicFile(refusedFile, steps);
        this.loads = new LoadAttempts(new AtomicFile(folder.resolve("loads"), steps));
        this.vouching = vouching;
    }

    /** The models that may serve, most wanted first: the one pointed at, then the good one of the other slot. */
    public List<StoredModel> candidates() {
        Optional<ActiveSlot> active = pointer();
        Set<Sha256> good = pointer.good();
        boolean isOfEarlierProgram = pointer.isOfEarlierProgram();
        String first = active.map(ActiveSlot::slot).orElse("a");
        return Stream.concat(Stream.of(first), NAMES.stream().filter(name -> !name.equals(first)))
                .filter(NAMES::contains)
                .flatMap(name -> verified(name).stream())
                .filter(model -> good.contains(model.artifactDigest())
                        // An earlier program kept the one before there, and did not say so.
                        || (isOfEarlierProgram
                                && active.filter(each -> each.slot().equals(model.slot()))
                                        .isEmpty()))
                .toList();
    }

    /** A whole model that is here, tried or not. */
    public Optional<StoredModel> stored(Sha256 artifactDigest) {
        return NAMES.stream()
                .flatMap(name -> verified(name).stream())
                .filter(model -> model.artifactDigest().equals(artifactDigest))
                .findFirst();
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
        return pointer.read();
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
        return pointer()
                .map(ActiveSlot::trial)
                .filter(trial -> !trial.getDeploymentId().isEmpty());
    }

    /** Says which candidate really serves, after a start; its slot is not written to until another serves. */
    public void serves(StoredModel model) {
        serving = Optional.of(model);
    }

    /**
     * Forgets a model that is not to be served any more, or never was. The one that serves and the one the pointer names stay, and while
     * none serves so does every good one: it may be the last.
     */
    public void discard(Sha256 artifactDigest) throws IOException {
        if (isOf(artifactDigest, serving)
                || pointer()
                        .filter(active -> active.artifactDigest().equals(artifactDigest))
                        .isPresent()
                || (serving.isEmpty() && digests(candidates()).contains(artifactDigest))) {
            return;
        }
        Set<Sha256> good = new HashSet<>(pointer.good());
        Optional<ActiveSlot> active = pointer();
        if (active.isPresent() && good.remove(artifactDigest)) {
            pointer.write(active.get().withGood(good));
        }
        for (String name : NAMES) {
            if (isOf(artifactDigest, verified(name))) {
                slotFolder(name).release().delete();
            }
        }
    }

    /** Writes a fetched model into the slot that does not serve; it is no candidate before it is switched to. */
    public StoredModel stage(FetchedArtifact artifact) throws IOException, CorruptArtifactException {
        recordWhatAnEarlierProgramLeft();
        String slot = slotToFill();
        slotFolder(slot).fill(artifact);
        return StoredModel.verified(slot, folder.resolve(slot), vouching)
                .orElseThrow(() -> new CorruptArtifactException(
                        "artifact " + artifact.digest() + " holds no whole " + StoredModel.MODEL));
    }

    /** Before anything is staged that could be taken for one of them. */
    private void recordWhatAnEarlierProgramLeft() throws IOException {
        if (!pointer.isOfEarlierProgram()) {
            return;
        }
        List<StoredModel> left = candidates();
        Optional<ActiveSlot> active = pointer()
                .or(() -> left.stream()
                        .findFirst()
                        .map(model -> new ActiveSlot(
                                model.slot(), model.artifactDigest(), TrialReport.getDefaultInstance(), Set.of())));
        if (active.isPresent()) {
            pointer.write(active.get().withGood(digests(left)));
        } else {
            pointer.delete();
        }
    }

    /**
     * Not the one that serves; where none does, one without a good model, or else the one whose model was refused. Where none is seen to be
     * good, not the one that was switched to: what cannot be read now may be read again.
     */
    private String slotToFill() throws IOException {
        if (serving.isPresent()) {
            return otherThan(serving.get().slot());
        }
        List<StoredModel> good = candidates();
        if (good.size() < NAMES.size()) {
            return good.stream()
                    .findFirst()
                    .map(StoredModel::slot)
                    .or(() -> pointer().map(ActiveSlot::slot))
                    .map(Slots::otherThan)
                    .orElse(NAMES.get(0));
        }
        String refusedArtifact =
                latestTrial().map(TrialReport::getArtifactDigest).orElse("");
        return good.stream()
                .filter(model -> model.artifactDigest().hex().equals(refusedArtifact))
                .findFirst()
                .orElse(good.get(good.size() - 1))
                .slot();
    }

    private static String otherThan(String slot) {
        return slot.equals("a") ? "b" : "a";
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
        Set<Sha256> good = digests(candidates());
        serving.map(StoredModel::artifactDigest).ifPresent(good::add);
        refused.delete();
        loads.end(staged.artifactDigest());
        pointer.write(new ActiveSlot(staged.slot(), staged.artifactDigest(), trial, Set.of()).withGood(good));
        serving = Optional.of(staged);
    }

    /** Remembers that a deployment was refused, so that it is not tried again after a restart. */
    public void refuse(TrialReport trial) throws IOException {
        refused.write(trial.toByteArray());
    }

    private static boolean isOf(Sha256 artifactDigest, Optional<StoredModel> model) {
        return model.filter(each -> each.artifactDigest().equals(artifactDigest))
                .isPresent();
    }

    private static Set<Sha256> digests(List<StoredModel> models) {
        return models.stream().map(StoredModel::artifactDigest).collect(Collectors.toCollection(HashSet::new));
    }

    private Optional<StoredModel> verified(String slot) {
        for (int look = 1; look <= LOOKS; look++) {
            try {
                return StoredModel.verified(slot, folder.resolve(slot), vouching);
            } catch (IOException e) {
                LOG.warn("cannot read slot {}: {}", slot, e.toString());
            }
        }
        return Optional.empty(); // Unreadable is as good as absent: the other slot is tried.
    }

    private SlotFolder slotFolder(String slot) {
        return new SlotFolder(folder.resolve(slot), steps);
    }
}
