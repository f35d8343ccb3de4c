package io.espalier.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrialTest {
    private static final Trial ACCEPTED = new Trial(TrialOutcome.ACCEPTED, 500, 900, 1000, 970, 1050, "", "runtime/1");
    private static final Trial UNLOADABLE =
            new Trial(TrialOutcome.DOES_NOT_LOAD, 0, 0, 0, 0, 0, "the agent died", "runtime/2");

    @Test
    void keepsWhatWasMeasuredOfWhatDoesNotLoadAnyMore() {
        assertThat(UNLOADABLE.withLatenciesOf(ACCEPTED))
                .isEqualTo(new Trial(
                        TrialOutcome.DOES_NOT_LOAD, 500, 900, 1000, 970, 1050, "the agent died", "runtime/1"));
    }

    @Test
    void goesByItsOwnLatenciesWhereItHasThem() {
        Trial slow = new Trial(TrialOutcome.TOO_SLOW, 400, 1800, 2000, 1900, 2100, "", "runtime/2");

        assertThat(slow.withLatenciesOf(ACCEPTED)).isEqualTo(slow);
    }

    @Test
    void staysAsItIsWhereNothingWasMeasuredBefore() {
        assertThat(UNLOADABLE.withLatenciesOf(null)).isEqualTo(UNLOADABLE);
        assertThat(UNLOADABLE.withLatenciesOf(new Trial(TrialOutcome.CORRUPT, 0, 0, 0, 0, 0, "", null)))
                .isEqualTo(UNLOADABLE);
    }
}
