package io.espalier.benchmarks.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.Step;
import io.espalier.benchmarks.Workplace;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.campaign.BaseModel;
import io.espalier.pruning.campaign.Checkpoints;
import io.espalier.pruning.campaign.Plan;
import io.espalier.pruning.campaign.PruningCampaign;
import io.espalier.pruning.campaign.Recipe;
import io.espalier.pruning.campaign.Task;
import io.espalier.pruning.campaign.ThisMachine;
import io.espalier.pruning.campaign.Variant;
import io.espalier.pruning.campaign.Workshop;
import io.espalier.pruning.cli.ProfileJson;
import io.espalier.pruning.data.Dataset;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.training.Dl4jTrainer;
import io.espalier.pruning.training.Purpose;
import io.espalier.pruning.training.Turns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Variants of one trained network for this machine, made by the product's own campaign. Each is a step, and one that is
 * stopped begins anew.
 */
final class Campaign {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VARIANT = "variant.onnx";
    private static final String PROFILE = "profile.json";
    private static final String MEASURE = "measure";

    private final Subject subject;

    Campaign(Subject subject) {
        this.subject = subject;
    }

    /** Times the probe suites; to be done while nothing else runs. */
    Step measure() {
        return new Step(MEASURE, place -> {
            BaseModel base = BaseModel.read(place.setting().data(subject.file()));
            DeviceTimings timings = new ThisMachine(1).measure(base, (stage, done, total, left, what) -> {});
            Files.write(place.folder().resolve(PROFILE), ProfileJson.bytes(timings));
            return JSON.createObjectNode()
                    .put("denseP50Micros", timings.denseP50Micros())
                    .put("denseP95Micros", timings.denseP95Micros());
        });
    }

    /** Prunes for a speed-up of this machine in the median, fine-tunes, and keeps the file. Errors: as {@link #pruneToMacs}. */
    Step prune(String name, double speedUp, DenseNetwork dense, Recipe recipe) {
        requireOneSplit(dense, recipe);
        return new Step(name, place -> {
            DeviceTimings device = ProfileJson.read(sibling(place, MEASURE).resolve(PROFILE));
            Target target = Target.NONE.withLatencyP95Micros(device.p95Micros(device.denseP50Micros() / speedUp));
            Dataset data = subject.data(place);
            return pruned(place, data, dense.trained(place, data), recipe, target, Optional.of(device));
        });
    }

    /**
     * Prunes to so many multiply-accumulates, fine-tunes, and keeps the file.
     *
     * <p>Errors: {@link IllegalArgumentException} where the unpruned network is trained with another seed than the recipe's.
     */
    Step pruneToMacs(String name, long macs, DenseNetwork dense, Recipe recipe) {
        requireOneSplit(dense, recipe);
        return new Step(name, place -> {
            Dataset data = subject.data(place);
            return pruned(
                    place, data, dense.trained(place, data), recipe, Target.NONE.withMacs(macs), Optional.empty());
        });
    }

    /** Prunes the subject's file as it came, to whatever the recipe itself cuts, fine-tunes, and keeps the file. */
    Step pruneAsShipped(String name, Recipe recipe) {
        return new Step(name, place -> {
            byte[] network = Files.readAllBytes(place.setting().data(subject.file()));
            return pruned(place, subject.data(place), network, recipe, Target.NONE, Optional.empty());
        });
    }

    private static void requireOneSplit(DenseNetwork dense, Recipe recipe) {
        if (dense.epochs() > 0 && dense.seed() != recipe.seed()) {
            throw new IllegalArgumentException("The unpruned network is trained with seed " + dense.seed()
                    + " and the recipe has seed " + recipe.seed()
                    + ": it would know samples that the campaign chooses by");
        }
    }

    private ObjectNode pruned(
            Workplace place, Dataset data, byte[] network, Recipe recipe, Target target, Optional<DeviceTimings> device)
            throws IOException {
        BaseModel base = BaseModel.of(network);
        Plan plan = Plan.of(base, target, device, recipe.precision());
        plan.refusal().ifPresent(refusal -> {
            throw new IllegalStateException(refusal.detail());
        });
        Task task = new Task(Purpose.CLASSIFICATION, base, data, subject.contract(), recipe, target, device);
        // A step that is stopped begins anew.
        Variant variant = new PruningCampaign(
                        new Workshop(() -> new Dl4jTrainer(1), 1, new LoggedCampaign(place.log()), Turns.ALWAYS),
                        Checkpoints.NONE)
                .run(task, plan);
        keep(place, variant.onnx());
        return result(variant);
    }

    private static ObjectNode result(Variant variant) {
        ObjectNode result = JSON.createObjectNode()
                .put("digest", variant.digest().hex())
                .put("accuracy", variant.after().score())
                .put("pruned", variant.pruned().score())
                .put("dense", variant.before().score())
                .put("chosen", variant.candidates().all().get(0).name())
                .put("macs", variant.predicted().macs())
                .put("parameters", variant.predicted().parameters())
                .put("predictedP50Micros", variant.predicted().p50Micros());
        result.put(
                "widths",
                variant.groups().stream()
                        .map(group -> Integer.toString(group.channels().size()))
                        .collect(Collectors.joining(" ")));
        return result;
    }

    /** Keeps the file of a step that prunes in a way of its own. */
    static void keep(Workplace place, byte[] onnx) throws IOException {
        Files.write(place.folder().resolve(VARIANT), onnx);
    }

    /** What a pruning step kept. */
    static byte[] variant(Workplace place, String step) throws IOException {
        return Files.readAllBytes(sibling(place, step).resolve(VARIANT));
    }

    private static Path sibling(Workplace place, String step) {
        return place.folder().resolveSibling(step);
    }
}
