package io.espalier.pruning.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProbeTimerTest {
    private static final int FEWEST = 10;

    private final Graph graph = graph();

    @Test
    void takesAllItsSamplesWhereTheyAreTakenWithinTheBound() {
        ProbeTimer timer = new ProbeTimer(1, 300, 300, 0).boundedBy(Duration.ofHours(1), FEWEST);

        assertThat(timer.time("probe", graph).samples()).isEqualTo(300);
        assertThat(new ProbeTimer(1, 300, 300, 0).time("probe", graph).samples())
                .as("without a bound")
                .isEqualTo(300);
    }

    @Test
    void takesTheFewestSamplesOfWhatIsTooSlow() {
        ProbeTimer timer = new ProbeTimer(1, 300, 300, 0).boundedBy(Duration.ZERO, FEWEST);

        assertThat(timer.time("probe", graph).samples()).isEqualTo(FEWEST);
        assertThat(timer.time(Map.of("probe", () -> graph), 5, probe -> {}).values())
                .as("two in each of five rounds")
                .extracting(Timing::samples)
                .containsExactly(FEWEST);
    }

    @Test
    void endsWithTheBound() {
        int most = 1_000_000;
        ProbeTimer timer = new ProbeTimer(1, most, most, 0).boundedBy(Duration.ofMillis(50), FEWEST);

        assertThat(timer.time("probe", graph).samples()).isBetween(FEWEST, most - 1);
    }

    @Test
    void takesNoMoreThanItsLeastSamplesForTheSakeOfTheBound() {
        ProbeTimer timer = new ProbeTimer(1, 20, 300, 0).boundedBy(Duration.ofHours(1), FEWEST);

        assertThat(timer.time("probe", graph).samples()).isEqualTo(20);
    }

    private static Graph graph() {
        NetworkBuilder n = new NetworkBuilder("tiny", new Random(1));
        return n.build(n.gemm(n.flatten(n.input("input", 1, 4, 4)), 2));
    }
}
