package io.espalier.pruning.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.campaign.Stop;
import io.espalier.pruning.evaluation.ConfusionMatrix;
import io.espalier.pruning.evaluation.Evaluation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final Stop LOST = new Stop.TooMuchLost(2, 3, 0.77, 0.8, 0.02);

    @Test
    void isContentWithASmallLoss() {
        Summary summary = Summary.of(made(0.80, 0.795, 100, 110));
        assertThat(summary.level()).isEqualTo(Summary.Level.GOOD);
        assertThat(summary.headline()).isEqualTo("Fits the budget, 0.5 points of accuracy lost");
        assertThat(summary.detail())
                .contains("from 80.0 % to 79.5 %")
                .contains("from 262 µs to 110 µs")
                .doesNotContain("folded");
    }

    @Test
    void saysThatNothingIsLostWhereTheLossRoundsToNothing() {
        assertThat(Summary.of(made(0.80, 0.7999, 100, 110)).headline()).isEqualTo("Fits the budget, no accuracy lost");
        assertThat(Summary.of(made(0.80, 0.8001, 100, 110)).headline()).isEqualTo("Fits the budget, no accuracy lost");
    }

    @Test
    void saysHowToWinBackALargeLoss() {
        Summary summary = Summary.of(made(0.80, 0.60, 100, 110));
        assertThat(summary.level()).isEqualTo(Summary.Level.DOUBTFUL);
        assertThat(summary.headline()).isEqualTo("Fits the budget, but lost 20.0 points of accuracy");
        assertThat(summary.next().get(0)).contains("2,000 images of 49,000").contains("--epochs 3");
    }

    @Test
    void doubtsAVariantThatIsSlowerThanAskedWhenMeasured() {
        Summary summary = Summary.of(SampleReports.overBudget(made(0.80, 0.81, 100, 150)));
        assertThat(summary.level()).isEqualTo(Summary.Level.DOUBTFUL);
        assertThat(summary.headline()).isEqualTo("Over the budget when measured, but gained 1.0 points of accuracy");
        assertThat(summary.detail()).contains("of latency from 262 µs to 150 µs (measured; predicted 100 µs)");
        assertThat(summary.next().get(0))
                .startsWith("Measured here it takes 150 µs, more than the 131 µs that were asked for: ");
    }

    @Test
    void addsALossToWhatIsBadAlready() {
        assertThat(Summary.of(SampleReports.overBudget(made(0.80, 0.649, 100, 150)))
                        .headline())
                .isEqualTo("Over the budget when measured and lost 15.1 points of accuracy");
        assertThat(Summary.of(made(0.80, 0.60, 200, 210, Optional.of(LOST))).headline())
                .isEqualTo("Stopped short of what was asked for and lost 20.0 points of accuracy");
    }

    @Test
    void believesWhatWasMeasuredMoreThanWhatWasPredicted() {
        Summary summary = Summary.of(made(0.80, 0.795, 140, 120));
        assertThat(summary.headline()).startsWith("Fits the budget");
        assertThat(summary.detail()).contains("to 120 µs (measured; predicted 140 µs)");
    }

    @Test
    void namesWhatTakesAModel() {
        assertThat(Summary.of(made(0.80, 0.795, 100, 110)).next())
                .last()
                .asString()
                .contains("POST /api/v1/datasets", "POST /api/v1/models")
                .doesNotContain("upload the unpruned model in the console");
    }

    @Test
    void doesNotSpeakOfFittingWhereACampaignWasStopped() {
        Summary summary = Summary.of(made(0.80, 0.795, 200, 210, Optional.of(LOST)));
        assertThat(summary.level()).isEqualTo(Summary.Level.DOUBTFUL);
        assertThat(summary.headline()).isEqualTo("Stopped short of what was asked for, 0.5 points of accuracy lost");
        assertThat(summary.next().get(0)).contains("--most-lost");
        assertThat(summary.next()).noneMatch(each -> each.contains("when the machine is idle"));
    }

    @Test
    void saysWhatGivesACampaignMoreTime() {
        Duration minute = Duration.ofMinutes(1);
        Stop late = new Stop.OutOfTime(2, 3, minute, minute, minute);
        Summary summary = Summary.of(made(0.80, 0.795, 200, 210, Optional.of(late)));
        assertThat(summary.headline()).isEqualTo("Stopped short of what was asked for, 0.5 points of accuracy lost");
        assertThat(summary.next().get(0))
                .contains("--most-minutes", "fewer --rounds")
                .doesNotContain("--most-lost");
    }

    @Test
    void saysThatNothingHadToBePrunedWhereTheModelFitsAsItCame() {
        Report report = made(0.80, 0.81, 100, 110);
        double betweenMeasuredAndPredicted = 265;
        Report generous = new Report(
                new Asked(
                        "m",
                        "d",
                        "",
                        List.of(new Limit(Limit.Quantity.LATENCY_P95_MICROS, betweenMeasuredAndPredicted, "101%"))),
                report.verdict(),
                report.comparison(),
                report.candidates(),
                List.of(new LayerWidth("conv1", 16, 16, Optional.empty(), Optional.empty())),
                report.rounds(),
                report.search(),
                report.classNames(),
                report.provenance());
        Summary summary = Summary.of(generous);
        assertThat(summary.headline()).startsWith("Nothing had to be pruned, the unpruned model fits");
        assertThat(summary.next()).anyMatch(each -> each.contains("ask for less"));
        assertThat(summary.detail())
                .endsWith(
                        " No channel went; 480 parameters did, as normalisation was folded into the layers before it.");
    }

    @Test
    void saysWhatIsWrongWithWhatWasGiven() {
        Summary summary = Summary.of(SampleReports.failed());
        assertThat(summary.level()).isEqualTo(Summary.Level.BAD);
        assertThat(summary.headline()).isEqualTo("The data cannot be used");
    }

    @Test
    void speaksOfWhatAModelWithoutClassesIsMeasuredBy() {
        Summary summary = Summary.of(SampleReports.regression());
        assertThat(summary.headline()).isEqualTo("Fits the budget, but lost 3.8 points of R²");
        assertThat(summary.detail())
                .startsWith("R² went from 100.0 % to 96.2 %")
                .contains("from 262 µs to 124 µs (predicted)");
        assertThat(summary.next()).as("no advice").noneMatch(each -> each.contains("not fine-tuned"));
    }

    private static Report made(double before, double after, double predictedP95, double measuredP95) {
        return made(before, after, predictedP95, measuredP95, Optional.empty());
    }

    private static Report made(
            double before, double after, double predictedP95, double measuredP95, Optional<Stop> stopped) {
        Comparison comparison = new Comparison(
                new Measures(
                        quality(before),
                        new Cost(240, 270, 300_000, 1, 1, 78_186),
                        Optional.of(new Measures.Latency(230, 262))),
                quality(0.2),
                new Measures(
                        quality(after),
                        new Cost(90, predictedP95, 100_000, 1, 1, 77_706),
                        Optional.of(new Measures.Latency(90, measuredP95))),
                OptionalDouble.empty(),
                new Comparison.Effort(1, 2000, 49_000),
                new Comparison.Compressed(280_000, 90_000),
                stopped,
                Optional.empty());
        return new Report(
                new Asked("m", "d", "", List.of(new Limit(Limit.Quantity.LATENCY_P95_MICROS, 131, "50%"))),
                new Verdict.Made(),
                Optional.of(comparison),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static Evaluation quality(double accuracy) {
        return new Evaluation(1000, accuracy, accuracy, 1, ConfusionMatrix.EMPTY);
    }
}
