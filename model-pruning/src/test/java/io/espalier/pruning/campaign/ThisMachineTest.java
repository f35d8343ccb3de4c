package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.latency.Timing;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThisMachineTest {
    private final Graph graph = graph();

    @Test
    void triesAFastModelFiveHundredTimes() {
        assertThat(new ThisMachine(1).trial(graph).samples()).isEqualTo(500);
    }

    @Test
    void takesFewSamplesOfAModelThatIsTooSlowForMore() {
        ThisMachine machine = new ThisMachine(1, Duration.ZERO);

        assertThat(machine.trial(graph).samples()).isEqualTo(40);
    }

    @Test
    void racesFastModelsAsOftenAsEver() {
        Map<String, Timing> timings = new ThisMachine(1).inTurns(Map.of("one", () -> graph, "other", () -> graph));

        assertThat(timings.values()).extracting(Timing::samples).allMatch(samples -> samples >= 100);
    }

    private static Graph graph() {
        NetworkBuilder n = new NetworkBuilder("tiny", new Random(1));
        return n.build(n.gemm(n.flatten(n.input("input", 1, 4, 4)), 2));
    }
}
