package io.espalier.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.benchmarks.MadeUpResults;
import io.espalier.benchmarks.Setting;
import io.espalier.pruning.graph.Costs;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.onnx.OnnxWriter;
import io.espalier.pruning.runtime.OperatorGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices whose time goes with multiply-accumulates, and networks that take so much less than is predicted. */
class LatencyModelVerdictTest {
    private static final long SEED = 2027;
    private static final String UNMEASURED = "{'unmeasured': true}";

    @TempDir
    static Path folder;

    private static final Map<Family, Enrolment> ENROLMENTS = new LinkedHashMap<>();
    private static final Map<Family, Map<String, Double>> PREDICTED = new LinkedHashMap<>();

    private MadeUpResults results;

    /** The published networks are stood in for by ones that are made here. */
    @BeforeAll
    static void predict() throws IOException {
        Files.createDirectories(folder.resolve("models"));
        for (String published : List.of("resnet8-cifar10", "resnet20-cifar10")) {
            Files.write(
                    folder.resolve("models/" + published + ".onnx"), OnnxWriter.write(ReferenceNetworks.sourceCnn(1)));
        }
        Setting setting = new MadeUpResults(folder, 1).setting();
        for (Family family : Family.values()) {
            Enrolment enrolment = Enrolment.of(family, setting, SEED);
            ENROLMENTS.put(family, enrolment);
            PREDICTED.put(family, predicted(enrolment));
        }
    }

    private static Map<String, Double> predicted(Enrolment enrolment) {
        List<Timing> own = timings(enrolment.suite());
        Timing dense = own.stream()
                .filter(timing -> timing.probe().equals(ModelSuite.DENSE))
                .findFirst()
                .orElseThrow();
        LatencyModel model = LatencyModel.learn(
                new DeviceTimings(timings(BaseSuite.make().graphs()), own, dense.medianMicros(), dense.p95Micros(), 1),
                BaseSuite.make().networks(),
                Enrolment.operators(enrolment.suite()));
        Map<String, Double> predicted = new LinkedHashMap<>();
        enrolment.heldOut().forEach((name, graph) -> predicted.put(name, model.p50Micros(OperatorGraph.of(graph))));
        return predicted;
    }

    private static List<Timing> timings(Map<String, Graph> graphs) {
        List<Timing> timings = new ArrayList<>();
        graphs.forEach((name, graph) -> timings.add(timing(name, micros(graph))));
        return timings;
    }

    private static double micros(Graph graph) {
        return 5 + Costs.of(graph).macs() / 1e4;
    }

    private static Timing timing(String name, double micros) {
        return new Timing(name, micros, 1.1 * micros, 100, 0.01);
    }

    @BeforeEach
    void predictAllWell() throws IOException {
        results = new MadeUpResults(folder, 1)
                .with("plain.1", measured(0, 0, 0))
                .with("quota.1", measured(0, 0, 0))
                .with("unblocked.1", measured(0, 0, 0));
    }

    @Test
    void holdsWhereTheWorstFamilyErrsByFivePercentInTheMean() throws Exception {
        results.with("unblocked.1", measured(0.05, 0, 0));
        assertThat(holds()).isTrue();

        results.with("unblocked.1", measured(0.0501, 0, 0));
        assertThat(holds()).isFalse();
    }

    @Test
    void holdsWhereNineteenOfTwentyAreWithinTenPercent() throws Exception {
        results.with("quota.1", measured(0.02, 2, 0.11));
        assertThat(holds()).isTrue();

        results.with("quota.1", measured(0.02, 3, 0.11));
        assertThat(holds()).isFalse();
    }

    @Test
    void missesWhereAKindOfDeviceWasNotMeasured() throws Exception {
        results.with("quota.1", UNMEASURED);
        assertThat(holds()).isFalse();
    }

    @Test
    void missesWhereAKindOfDeviceWasMeasuredOnceOnly() throws Exception {
        results = new MadeUpResults(folder, 2)
                .with("plain.1", measured(0, 0, 0))
                .with("plain.2", UNMEASURED)
                .with("quota.1", UNMEASURED)
                .with("unblocked.1", UNMEASURED)
                .with("quota.2", UNMEASURED)
                .with("unblocked.2", UNMEASURED);
        assertThat(results.judgedBy(new LatencyModelBenchmark()).figure()).contains("not measured: one thread");
    }

    private boolean holds() {
        return results.judgedBy(new LatencyModelBenchmark()).holds();
    }

    /** What is predicted of LeNet-5 errs by so much, and of so many of its forms by more; of the others it does not. */
    private static ObjectNode measured(double error, int worse, double worseError) {
        Map<String, Timing> all = new LinkedHashMap<>();
        timings(BaseSuite.make().graphs()).forEach(timing -> all.put(timing.probe(), timing));
        ENROLMENTS.forEach((family, enrolment) -> {
            timings(enrolment.suite()).forEach(timing -> all.put(enrolment.key(timing.probe()), timing));
            int left = worse;
            for (Map.Entry<String, Double> each :
                    Objects.requireNonNull(PREDICTED.get(family)).entrySet()) {
                double off = family != Family.LENET5 ? 0 : left-- > 0 ? worseError : error;
                all.put(enrolment.key(each.getKey()), timing(each.getKey(), each.getValue() / (1 + off)));
            }
        });
        return Enrolment.json(all);
    }
}
