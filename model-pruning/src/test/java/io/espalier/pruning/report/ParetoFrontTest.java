package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Cost;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    @Test
    void keepsWhatNothingBeatsInBoth() {
        Candidate cheap = candidate("cheap", 10, 0.5);
        Candidate beaten = candidate("beaten", 12, 0.5);
        Candidate good = candidate("good", 20, 0.8);
        Candidate worse = candidate("worse", 20, 0.7);
        Candidate dense = candidate("dense", 40, 0.9);

        assertThat(ParetoFront.of(
                        List.of(dense, worse, good, beaten, cheap),
                        each -> each.cost().p95Micros()))
                .containsExactly(cheap, good, dense);
    }

    @Test
    void countsWhatFineTuningBrought() {
        Candidate tuned = new Candidate(
                "tuned",
                cost(10),
                0.1,
                OptionalDouble.empty(),
                OptionalDouble.of(0.9),
                Optional.empty(),
                Candidate.Kind.CHOSEN,
                "");
        assertThat(ParetoFront.of(
                        List.of(candidate("dear", 11, 0.85), tuned),
                        each -> each.cost().p95Micros()))
                .containsExactly(tuned);
    }

    private static Candidate candidate(String name, double micros, double score) {
        return new Candidate(
                name,
                cost(micros),
                score,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Candidate.Kind.OTHER,
                "");
    }

    private static Cost cost(double micros) {
        return new Cost(micros, micros, 1, 1, 1, 1);
    }
}
