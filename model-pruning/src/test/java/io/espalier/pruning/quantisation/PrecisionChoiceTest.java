package io.espalier.pruning.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.quantisation.PrecisionChoice.Candidate;
import io.espalier.pruning.quantisation.PrecisionChoice.Precision;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PrecisionChoiceTest {
    private static final Target TWO_MILLIS = Target.NONE.withLatencyP95Micros(2000);
    private static final Target HUNDRED_KB = Target.NONE.withSizeBytes(100_000);
    private static final Target BOTH = Target.NONE.withLatencyP95Micros(2000).withSizeBytes(100_000);
    private static final OptionalDouble NOT_TIMED = OptionalDouble.empty();
    private static final OptionalDouble FASTER = OptionalDouble.of(0.6);

    @Test
    void doesAsTheOperatorSays() {
        Candidate floats = candidate(1000, 50_000, 0.9);
        Candidate integers = candidate(500, 20_000, 0.95);

        assertThat(choice(AskedPrecision.FLOAT32, TWO_MILLIS, floats, integers, FASTER))
                .isEqualTo(Precision.FLOAT32);
        assertThat(choice(AskedPrecision.INT8, TWO_MILLIS, integers, floats, FASTER))
                .isEqualTo(Precision.INT8);
        assertThat(choice(AskedPrecision.INT8, HUNDRED_KB, integers, floats, NOT_TIMED))
                .isEqualTo(Precision.INT8);
    }

    @Test
    void keepsToTheBudgetWhereIntegersWereAskedForAndMissIt() {
        Candidate fits = candidate(1000, 50_000, 0.8);
        Candidate slow = candidate(2500, 20_000, 0.9);

        PrecisionChoice choice =
                PrecisionChoice.of(AskedPrecision.INT8, usual(TWO_MILLIS), fits, slow, OptionalDouble.of(2.5));

        assertThat(choice.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(choice.reason()).contains("do not fit the budget");
        assertThat(choice(AskedPrecision.INT8, TWO_MILLIS, slow, slow, FASTER))
                .as("where neither fits")
                .isEqualTo(Precision.INT8);
    }

    @Test
    void neverPresumesThatIntegersAreFaster() {
        PrecisionChoice choice = PrecisionChoice.of(
                AskedPrecision.AUTO,
                usual(TWO_MILLIS),
                candidate(1900, 50_000, 0.8),
                candidate(0, 20_000, 0.9),
                NOT_TIMED);

        assertThat(choice.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(choice.reason()).contains("has not timed");
        assertThat(choice(
                        AskedPrecision.INT8,
                        TWO_MILLIS,
                        candidate(1900, 50_000, 0.8),
                        candidate(0, 20_000, 0.9),
                        NOT_TIMED))
                .as("whatever was asked for")
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void neverPresumesThatIntegersTakeLessEnergy() {
        Target energy = Target.NONE.withEnergyMillijoules(3);
        Candidate floats = new Candidate(new Cost(900, 1000, OptionalDouble.of(2), 50_000, 0, 0, 0), 0.8);
        Candidate unknown = candidate(0, 20_000, 0.9);
        Candidate known = new Candidate(new Cost(450, 500, OptionalDouble.of(1), 20_000, 0, 0, 0), 0.9);

        for (AskedPrecision asked : List.of(AskedPrecision.AUTO, AskedPrecision.INT8)) {
            assertThat(choice(asked, energy, floats, unknown, NOT_TIMED)).isEqualTo(Precision.FLOAT32);
            assertThat(choice(asked, energy, floats, known, FASTER)).isEqualTo(Precision.INT8);
        }
    }

    @Test
    void prefersFloatWhereIntegersAreNotFasterOnTheDevice() {
        PrecisionChoice choice = PrecisionChoice.of(
                AskedPrecision.AUTO,
                usual(TWO_MILLIS),
                candidate(1800, 50_000, 0.8),
                candidate(1800, 20_000, 0.81),
                OptionalDouble.of(1.1));

        assertThat(choice.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(choice.reason()).contains("1.10 of the time");
    }

    @Test
    void takesAWiderNetworkInIntegersThatIsMoreAccurateInTheSameTime() {
        PrecisionChoice choice = PrecisionChoice.of(
                AskedPrecision.AUTO,
                usual(TWO_MILLIS),
                candidate(1800, 50_000, 0.80),
                candidate(1800, 40_000, 0.83),
                FASTER);

        assertThat(choice.precision()).isEqualTo(Precision.INT8);
        assertThat(choice.reason()).contains("3.0 points more accurate");
    }

    @Test
    void keepsFloatWhereIntegersAreNotMoreAccurate() {
        assertThat(choice(
                        AskedPrecision.AUTO,
                        TWO_MILLIS,
                        candidate(1800, 50_000, 0.8),
                        candidate(900, 20_000, 0.8),
                        FASTER))
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void chargesTheMarginForErrorsOfPredictionToIntegersToo() {
        assertThat(choice(
                        AskedPrecision.AUTO,
                        TWO_MILLIS,
                        candidate(1800, 50_000, 0.8),
                        candidate(1950, 20_000, 0.9),
                        FASTER))
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void needsNoTimingsWhereOnlySizeIsAskedFor() {
        assertThat(choice(
                        AskedPrecision.AUTO,
                        HUNDRED_KB,
                        candidate(0, 99_000, 0.8),
                        candidate(0, 98_000, 0.85),
                        NOT_TIMED))
                .isEqualTo(Precision.INT8);
        assertThat(choice(
                        AskedPrecision.AUTO,
                        HUNDRED_KB,
                        candidate(0, 99_000, 0.85),
                        candidate(0, 98_000, 0.8),
                        NOT_TIMED))
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void takesWhatAloneFits() {
        Candidate large = candidate(1000, 300_000, 0.9);
        Candidate small = candidate(1000, 90_000, 0.7);

        assertThat(choice(AskedPrecision.AUTO, HUNDRED_KB, large, small, NOT_TIMED))
                .isEqualTo(Precision.INT8);
        assertThat(choice(AskedPrecision.AUTO, HUNDRED_KB, small, large, NOT_TIMED))
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void leavesPredictionsOfIntegersAsMuchRoomAsThoseOfFloat() {
        Limits uncertain = new Limits(TWO_MILLIS, 0.9);

        PrecisionChoice choice = PrecisionChoice.of(
                AskedPrecision.AUTO, uncertain, candidate(1780, 50_000, 0.80), candidate(1880, 20_000, 0.9), FASTER);

        assertThat(choice.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(choice.reason()).contains("do not fit the budget");
    }

    @Test
    void takesSlowerIntegersForTheirSizeIfTheyAreFastEnough() {
        assertThat(choice(
                        AskedPrecision.AUTO,
                        BOTH,
                        candidate(500, 99_000, 0.8),
                        candidate(1500, 99_000, 0.9),
                        OptionalDouble.of(1.4)))
                .isEqualTo(Precision.INT8);
    }

    private static Precision choice(
            AskedPrecision asked, Target target, Candidate floats, Candidate integers, OptionalDouble speedRatio) {
        return PrecisionChoice.of(asked, usual(target), floats, integers, speedRatio)
                .precision();
    }

    private static Candidate candidate(double p95Micros, long sizeBytes, double accuracy) {
        return new Candidate(new Cost(p95Micros, p95Micros, sizeBytes, 0, 0, 0), accuracy);
    }

    private static Limits usual(Target target) {
        return new Limits(target, Limits.USUAL_LATENCY_MARGIN);
    }
}
