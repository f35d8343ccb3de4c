package io.espalier.pruning.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StopRuleTest {
    private static final double UNPRUNED = 0.9;

    private final StopRule twoPoints = new StopRule(OptionalDouble.of(0.02), UNPRUNED);

    @Test
    void stopsBehindTheFirstRoundThatLosesMore() {
        assertThat(firstStop(twoPoints, 0.93, 0.9, 0.885, 0.879, 0.95)).isEqualTo(4);
    }

    @Test
    void goesOnWhereExactlyAsMuchIsLost() {
        assertThat(UNPRUNED - 0.88).as("in binary").isGreaterThan(0.02);
        assertThat(firstStop(twoPoints, 0.88, 0.88)).isZero();
        assertThat(firstStop(new StopRule(OptionalDouble.of(0), UNPRUNED), 0.9, 0.899))
                .isEqualTo(2);
    }

    @Test
    void neverStopsUnlessAsked() {
        assertThat(firstStop(new StopRule(OptionalDouble.empty(), 0), 0.5, 0, -3))
                .isZero();
    }

    @Test
    void saysWhatWasLostInNumbers() {
        Stop.TooMuchLost stop = twoPoints.after(3, 4, 0.815).orElseThrow();

        assertThat(stop).isEqualTo(new Stop.TooMuchLost(3, 4, 0.815, UNPRUNED, 0.02));
        assertThat(stop.note())
                .isEqualTo("Stopped: the network lost 8.5 points in round 3 of 4, more than the 2.0 that may be lost:"
                        + " 81.5 % after 90.0 % unpruned, on the samples to choose by. This is the variant of round 2,"
                        + " which was asked for less.");
    }

    /** Number of the round, the first being 1; 0 where none stops it. */
    private static int firstStop(StopRule rule, double... scores) {
        for (int round = 1; round <= scores.length; round++) {
            if (rule.after(round, scores.length, scores[round - 1]).isPresent()) {
                return round;
            }
        }
        return 0;
    }
}
