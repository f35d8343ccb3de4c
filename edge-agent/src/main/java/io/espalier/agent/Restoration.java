package io.espalier.agent;

import io.espalier.agent.inference.ActiveModel;
import io.espalier.agent.inference.LoadedModel;
import io.espalier.agent.inference.ModelUnusableException;
import io.espalier.agent.inference.ServedModel;
import io.espalier.agent.link.Causes;
import io.espalier.agent.slot.Slots;
import io.espalier.agent.slot.StoredModel;
import io.espalier.agent.telemetry.TelemetryRecorder;
import io.espalier.proto.v1.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves after a start what served before it. A model that can be loaded no more, or under which the agent went down twice in a row while
 * it loaded it, makes room for the one of the other slot: another ONNX Runtime, or less memory, may take down a process with what
 * ran for months.
 */
final class Restoration {
    static final Runnable NOTHING = () -> {};

    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

    private final Slots slots;
    private final Loader loader;
    private final ActiveModel active;
    private final TelemetryRecorder telemetry;
    private final Program program;
    private final AtomicReference<Runnable> takeBack;

    /**
     * The program that runs.
     *
     * @param name tells it from others, without a blank
     * @param isOnTrial whether the launcher goes back to the one before, should this one die of what it loads: then that is its fault,
     *     not the model's
     */
    record Program(String name, boolean isOnTrial) {}

    /** Loads a model and runs it once. */
    @FunctionalInterface
    interface Loader {
        LoadedModel load(Path model) throws ModelUnusableException, IOException;
    }

    /** {@code takeBack} holds what is to be done before a process is ended by order that loads: that is no death. */
    Restoration(
            Slots slots,
            Loader loader,
            ActiveModel active,
            TelemetryRecorder telemetry,
            Program program,
            AtomicReference<Runnable> takeBack) {
        this.slots = slots;
        this.loader = loader;
        this.active = active;
        this.telemetry = telemetry;
        this.program = program;
        this.takeBack = takeBack;
    }

    /** The model that serves now; empty where there is none that can. */
    Optional<ServedModel> restore() throws IOException {
        List<StoredModel> candidates = slots.candidates();
        for (StoredModel stored : candidates) {
            if (!program.isOnTrial() && slots.tookDown(program.name(), stored)) {
                quarantine(stored);
                continue;
            }
            Optional<ServedModel> served = serve(stored);
            if (served.isPresent()) {
                return served;
            }
        }
        // Nothing serves: whatever it was may be over at the next start, and this life is long enough to be given
        // another model.
        candidates.forEach(this::outlived);
        return Optional.empty();
    }

    /** The attempt stays on record when the process ends in it, or is about to end because of an Error. */
    private Optional<ServedModel> serve(StoredModel stored) throws IOException {
        takeBack.set(() -> outlived(stored));
        try {
            slots.beginLoad(stored, program.name());
        } catch (IOException e) {
            LOG.warn(
                    "cannot count that {} is loaded ({}): it is loaded all the same",
                    stored.artifactDigest(),
                    Causes.inShort(e));
        }
        try {
            ServedModel model = ServedModel.of(
                    loader.load(stored.modelFile()),
                    stored.variant(),
                    stored.artifactDigest().hex());
            outlived(stored);
            active.replaceBy(model);
            slots.serves(stored);
            LOG.info("serves {} from slot {}", stored.artifactDigest(), stored.slot());
            return Optional.of(model);
        } catch (ModelUnusableException e) {
            outlived(stored);
            LOG.error("slot {} cannot be served: {}", stored.slot(), e.reason());
            return Optional.empty();
        }
    }

    private void outlived(StoredModel stored) {
        takeBack.set(NOTHING);
        try {
            slots.outlived(stored);
        } catch (IOException e) {
            LOG.warn("cannot forget that {} was loaded: {}", stored.artifactDigest(), Causes.inShort(e));
        }
    }

    private void quarantine(StoredModel stored) {
        LOG.error("slot {} is not loaded: the agent died while loading it, twice in a row", stored.slot());
        try {
            slots.quarantine(stored)
                    .ifPresent(refusal -> telemetry.event(
                            Event.Kind.KIND_REFUSED,
                            refusal.getDetail(),
                            Map.of("artifact", refusal.getArtifactDigest(), "deployment", refusal.getDeploymentId())));
        } catch (IOException e) {
            LOG.warn("cannot refuse {} ({}): said again at the next start", stored.artifactDigest(), Causes.inShort(e));
        }
    }
}
