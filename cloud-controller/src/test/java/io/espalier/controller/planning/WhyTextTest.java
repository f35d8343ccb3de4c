package io.espalier.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.controller.deployment.Goal;
import org.junit.jupiter.api.Test;

class WhyTextTest {
    @Test
    void tellsTheWholeStoryOfAPrunedVariant() {
        String text = WhyText.of(new WhyText.Numbers(
                "digits",
                new Goal(700.0, null, null, null, null),
                1000.0,
                400.0,
                true,
                null,
                3,
                650.0,
                660.0,
                1.1,
                0.97,
                0.96,
                "Meets its budget."));

        assertThat(text)
                .contains("p95 at most 700 µs")
                .contains("takes 1.00 ms at p95 here, which is too slow")
                .contains("400 µs")
                .contains("Of 3 candidates")
                .contains("predicted 650 µs, measured 660 µs in the device's trial, planned with correction 1.1")
                .contains("97.0 %")
                .endsWith("Meets its budget.");
    }

    @Test
    void hasAnAnswerWhenNothingIsKnown() {
        assertThat(WhyText.of(new WhyText.Numbers(
                        "model", null, null, null, false, null, 0, null, null, 1, null, null, null)))
                .isEqualTo("No budget is set for this device.");
    }

    @Test
    void saysWhyAVariantServesThatWasNotPrunedForThePlan() {
        String text = WhyText.of(new WhyText.Numbers(
                "digits",
                new Goal(700.0, null, null, null, null),
                1000.0,
                400.0,
                true,
                "Best of the 5 models made so far.",
                3,
                650.0,
                660.0,
                1,
                0.97,
                0.96,
                "Meets its budget."));

        assertThat(text)
                .contains("Best of the 5 models made so far; predicted 650 µs")
                .doesNotContain("candidates");
    }
}
