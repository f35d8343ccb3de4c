package io.espalier.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static List<String> missed(StoryResult result, boolean bundled) {
        return Claims.check(result, bundled).stream()
                .filter(claim -> !claim.holds())
                .map(Claim::text)
                .toList();
    }

    @Test
    void aGoodStoryHoldsEveryClaim() {
        assertThat(missed(Results.good(), true)).isEmpty();
        assertThat(Claims.check(Results.good(), true)).hasSize(17);
    }

    @Test
    void aP95AboveTheBudgetIsForgivenWhileItsLowerBoundIsNot() {
        DeviceResult slow = Results.pruned(0, 180, 126, 0.95, 127, 640, 0.3);
        DeviceResult uncertain = Results.pruned(0, 180, 126, 0.95, 125, 640, 0.3);
        assertThat(missed(Results.with(Results.good(), slow), true))
                .containsExactly("gateway-1x: measured p95 is within the budget");
        assertThat(uncertain.measuredP95Micros()).isGreaterThan(126);
        assertThat(missed(Results.with(Results.good(), uncertain), true)).isEmpty();
    }

    @Test
    void fewSamplesAreNoEvidence() {
        DeviceResult early = Results.pruned(1, 720, 360, 0.95, 300, 499, 0.3);
        assertThat(missed(Results.with(Results.good(), early), true))
                .singleElement()
                .asString()
                .contains("at least 500");
    }

    @Test
    void lostPointsCountOnTheBundledModelOnly() {
        StoryResult weak = Results.with(Results.good(), Results.pruned(2, 1800, 630, 0.92));
        assertThat(missed(weak, true)).singleElement().asString().contains("within 2 points");
        assertThat(missed(weak, false)).isEmpty();
    }

    @Test
    void aRandomPruningThatHardlyHurtsShowsThatTheTaskIsTooEasy() {
        StoryResult easy = Results.with(Results.good(), Results.pruned(2, 1800, 630, 0.938, 600, 640, 0.9));
        assertThat(missed(easy, true)).singleElement().asString().contains("at random");
    }

    @Test
    void aRefusalMustCarryTheFloor() {
        DeviceResult refused = Results.refused();
        DeviceResult silent = new DeviceResult(refused.demo(), refused.device(), 300, Double.NaN, null);
        assertThat(missed(Results.with(Results.good(), silent), true))
                .singleElement()
                .asString()
                .contains("floor");
    }

    @Test
    void unknownNumbersNeverHold() {
        DeviceResult unknown = Results.pruned(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, Double.NaN);
        assertThat(missed(Results.with(Results.good(), unknown), true)).hasSize(4);
    }

    @Test
    void timeCountsOnAFreshFolderOnly() {
        StoryResult good = Results.good();
        StoryResult slow = new StoryResult(0.948, 0.951, good.devices(), Duration.ofSeconds(121), false);
        StoryResult continued = new StoryResult(0.948, 0.951, good.devices(), Duration.ofSeconds(121), true);
        assertThat(missed(slow, true)).singleElement().asString().contains("120 s");
        assertThat(missed(continued, true)).isEmpty();
    }

    @Test
    void theTimeIsSaidInTheUnitOfItsBoundAndAboveItWhereItIsMissed() {
        StoryResult slow = new StoryResult(0.948, 0.951, Results.good().devices(), Duration.ofMillis(120_040), false);
        assertThat(Claims.check(slow, true))
                .filteredOn(claim -> !claim.holds())
                .singleElement()
                .satisfies(claim -> {
                    assertThat(claim.evidence()).isEqualTo("121 s");
                    assertThat(claim.timed()).isTrue();
                });
    }
}
