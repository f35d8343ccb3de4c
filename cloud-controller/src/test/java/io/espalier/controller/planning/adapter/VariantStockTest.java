package io.espalier.controller.planning.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.controller.deployment.Deployment;
import io.espalier.controller.deployment.DeploymentRequest;
import io.espalier.controller.deployment.DeploymentState;
import io.espalier.controller.deployment.Deployments;
import io.espalier.controller.deployment.DeviceStatus;
import io.espalier.controller.deployment.Trial;
import io.espalier.controller.deployment.TrialOutcome;
import io.espalier.controller.model.BaseModel;
import io.espalier.controller.model.InputScaling;
import io.espalier.controller.model.ModelFiles;
import io.espalier.controller.model.ModelId;
import io.espalier.controller.model.ModelState;
import io.espalier.controller.model.Recipe;
import io.espalier.controller.planning.Stock;
import io.espalier.controller.profile.DeviceProfile;
import io.espalier.controller.profile.InMemoryProfileStore;
import io.espalier.controller.pruning.Job;
import io.espalier.controller.pruning.JobId;
import io.espalier.controller.pruning.JobKind;
import io.espalier.controller.pruning.JobState;
import io.espalier.controller.pruning.Jobs;
import io.espalier.controller.pruning.ScoredVariant;
import io.espalier.controller.pruning.Variant;
import io.espalier.controller.pruning.Variants;
import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import io.espalier.pruning.choice.DevicePrices.Priced;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.quantisation.Quantiser;
import io.espalier.pruning.quantisation.WeightRange;
import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelCall;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantStockTest {
    private static final int[] FULL = {32, 64, 64};
    private static final int[] HALF = {16, 32, 32};
    private static final int[] QUARTER = {8, 16, 16};
    private static final ModelId MODEL = new ModelId("m-000000000001");
    private static final DeviceId DEVICE = new DeviceId("camera");
    private static final DeviceProfile.RuntimeKey RUNTIME =
            new DeviceProfile.RuntimeKey("onnxruntime", "1.29.0", 1, "all");
    private static final double SLOWNESS = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final InMemoryProfileStore profiles = new InMemoryProfileStore();
    private final List<Deployment> deployed = new ArrayList<>();
    private final List<ScoredVariant> made = new ArrayList<>();
    private @Nullable Double baseline;

    private final Map<Sha256, byte[]> stored = new HashMap<>();

    @SuppressWarnings("NullAway.Init")
    private VariantStock stock;

    @BeforeEach
    void publish() throws IOException {
        ModelFiles files = new ModelFiles(folder.resolve("models"));
        Files.createDirectories(files.of(MODEL));
        Files.write(files.onnx(MODEL), OnnxWriter.write(network(FULL)));
        Files.write(files.baseSuite(MODEL), BaseSuite.make().bytes());
        Files.write(
                files.modelSuite(MODEL),
                ModelSuite.bytes(
                        network(FULL), ModelSuite.widths(FULL, new int[] {4, 4, 4}), VariantStockTest::network));
        stock = new VariantStock(
                new Made(),
                this::copy,
                files,
                new Baselines(),
                new DeviceMeasurements(profiles, new Deployed()),
                0.005);
    }

    @Test
    void isEmptyUntilSomethingWasMadeAndMeasured() throws IOException {
        measure();
        assertThat(stock.of(DEVICE, model()).prices().members()).isEmpty();

        add(HALF, 0.9);
        assertThat(stock.of(new DeviceId("other"), model()).prices().members()).isEmpty();
    }

    @Test
    void pricesEveryVariantByTheDevicesOwnTimings() throws IOException {
        measure();
        add(HALF, 0.9);
        add(QUARTER, 0.8);
        baseline = 0.95;

        Stock found = stock.of(DEVICE, model());

        assertThat(found.tolerance()).isEqualTo(0.005);
        assertThat(found.prices().members())
                .extracting(each -> each.member().score())
                .containsExactly(0.9, 0.8, 0.92);
        assertThat(found.prices().members()).extracting(Priced::potential).containsExactly(0.9, 0.8, 0.95);
        assertThat(found.prices().members().get(0).cost().p50Micros() / micros(network(HALF)))
                .isCloseTo(1, within(0.05));
        assertThat(found.prices().members().get(1).cost().p50Micros() / micros(network(QUARTER)))
                .isCloseTo(1, within(0.05));
        assertThat(found.accuracies()).hasSize(2);
    }

    @Test
    void knowsTheSizeOfIntegersThoughNobodyTimedThem() throws IOException {
        measure();
        add(HALF, 0.9);
        add(Quantiser.of(network(HALF)).shaped(WeightRange.SEVEN_BITS), 0.89, WeightRange.SEVEN_BITS.limit());
        add(Quantiser.of(network(QUARTER)).shaped(WeightRange.EIGHT_BITS), 0.88, WeightRange.EIGHT_BITS.limit());

        List<Priced> found = stock.of(DEVICE, model()).prices().members();

        assertThat(found).extracting(each -> each.member().score()).containsExactly(0.9, 0.89, 0.92);
        assertThat(found).extracting(Priced::isTimed).containsExactly(true, false, true);
        assertThat(found.get(1).cost().peakMemoryBytes())
                .isLessThan(found.get(0).cost().peakMemoryBytes());
    }

    @Test
    void seesWhatIsMadeLater() throws IOException {
        measure();
        add(HALF, 0.9);
        assertThat(stock.of(DEVICE, model()).prices().members()).hasSize(2);
        add(QUARTER, 0.8);
        assertThat(stock.of(DEVICE, model()).prices().members()).hasSize(3);
    }

    @Test
    void isEmptyWhereAVariantCannotBeRead() throws IOException {
        measure();
        add(HALF, 0.9);
        stored.remove(made.get(0).artifact());

        assertThat(stock.of(DEVICE, model()).prices().members()).isEmpty();
    }

    private void add(int[] widths, double score) {
        add(network(widths), score, null);
    }

    private void add(Graph graph, double score, @Nullable Integer largestWeight) {
        byte[] onnx = OnnxWriter.write(graph);
        Sha256 artifact = Sha256.of(Sha256.of(onnx).bytes());
        stored.put(artifact, onnx);
        made.add(new ScoredVariant(
                Sha256.of(onnx), artifact, score, 0.92, 500, onnx.length, 1000, 100, largestWeight, score));
    }

    private void copy(Sha256 artifact, String name, OutputStream out) throws IOException {
        assertThat(name).isEqualTo("model.onnx");
        byte[] onnx = stored.get(artifact);
        if (onnx == null) {
            throw new IOException("Artifact " + artifact + " is not on disk");
        }
        out.write(onnx);
    }

    private void measure() {
        List<DeviceProfile.ProbeTiming> base = new ArrayList<>();
        BaseSuite.make().graphs().forEach((name, graph) -> base.add(timing(name, micros(graph))));
        List<DeviceProfile.ProbeTiming> own = new ArrayList<>();
        ModelSuite.widths(FULL, new int[] {4, 4, 4})
                .forEach((name, widths) -> own.add(timing(name, micros(network(widths)))));
        profiles.upsert(profile("base", base));
        profiles.upsert(profile("own", own));
        double dense = micros(network(FULL));
        Trial trial = new Trial(TrialOutcome.ACCEPTED, 500, dense, dense * 1.1, dense, dense * 1.2, "", RUNTIME.word());
        deployed.add(new Deployment(
                "d-1",
                new DeploymentRequest(
                        DEVICE,
                        MODEL.value(),
                        Sha256.of(new byte[] {1}),
                        Sha256.of(new byte[] {2}),
                        true,
                        true,
                        null,
                        null,
                        "first",
                        null),
                new DeploymentState.Serving(trial),
                trial,
                Instant.EPOCH,
                Instant.EPOCH));
    }

    private static DeviceProfile.ProbeTiming timing(String name, double micros) {
        return new DeviceProfile.ProbeTiming(name, micros, micros * 1.1, 100, 0.01, "");
    }

    private static DeviceProfile profile(String suite, List<DeviceProfile.ProbeTiming> timings) {
        return new DeviceProfile(
                DEVICE,
                suite,
                1,
                1,
                Instant.EPOCH,
                new DeviceProfile.Hardware("linux", "amd64", "cpu", 1, List.of(), 1, 1, false, 1),
                RUNTIME,
                timings);
    }

    private static Graph network(int... widths) {
        NetworkBuilder net = new NetworkBuilder("cnn", new SplittableRandom(1));
        String x = net.input("input", 1, 28, 28);
        x = net.maxPool(net.relu(net.conv(x, widths[0], 3, 1, 0)), 2);
        x = net.maxPool(net.relu(net.conv(x, widths[1], 3, 1, 0)), 2);
        x = net.relu(net.gemm(net.flatten(x), widths[2]));
        return net.build(net.softmax(net.gemm(x, 10)));
    }

    /** A law that predictions know nothing of. */
    private static double micros(Graph graph) {
        double micros = 6;
        for (KernelCall call :
                KernelPlan.of(OperatorGraph.of(graph), ChannelStep.USUAL).calls()) {
            micros += 0.4 + call.work() / 60_000.0;
        }
        return micros * SLOWNESS;
    }

    private static BaseModel model() {
        return new BaseModel(
                MODEL,
                "digits",
                ModelState.READY,
                null,
                Sha256.of(new byte[] {1}),
                InputScaling.RAW,
                Recipe.USUAL,
                null,
                null,
                null,
                null,
                null,
                "base",
                "own",
                Instant.EPOCH);
    }

    /** Only what is compared. */
    private final class Made implements Variants {
        @Override
        public List<ScoredVariant> scored(String modelId) {
            return List.copyOf(made);
        }

        @Override
        public void add(Variant variant) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Variant> find(String modelId, Sha256 digest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Variant> find(Sha256 digest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Variant> findAll(Collection<Sha256> digests) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Variant> dense(String modelId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Variant> list(@Nullable String modelId) {
            throw new UnsupportedOperationException();
        }
    }

    /** Only the unpruned model's training. */
    private final class Baselines implements Jobs {
        @Override
        public Optional<Job> find(JobId id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Job> done(String sharedKey) {
            assertThat(sharedKey).isEqualTo("baseline:" + MODEL);
            return Optional.ofNullable(baseline)
                    .map(score -> new Job(
                            new JobId("j"),
                            JobKind.BASELINE,
                            JobState.DONE,
                            MODEL.value(),
                            null,
                            Map.of(),
                            1,
                            null,
                            null,
                            Map.of("selectionScoreAfter", score),
                            Instant.EPOCH,
                            null,
                            null));
        }
    }

    /** Only the device's own. */
    private final class Deployed implements Deployments {
        @Override
        public List<Deployment> of(DeviceId device, @Nullable String modelId) {
            return device.equals(DEVICE) ? List.copyOf(deployed) : List.of();
        }

        @Override
        public List<Deployment> newest() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<DeviceStatus> status(DeviceId device) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<DeviceId, DeviceStatus> statusOf(Collection<DeviceId> devices) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<DeviceId, Deployment> servingOn(Collection<DeviceId> devices) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<DeviceId, Deployment> denseTriedOn(Collection<DeviceId> devices) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<Sha256> neededArtifacts() {
            throw new UnsupportedOperationException();
        }
    }
}
