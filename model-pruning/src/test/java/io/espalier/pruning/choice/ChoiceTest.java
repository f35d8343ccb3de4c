package io.espalier.pruning.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.proto.Sha256;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.choice.DevicePrices.Priced;
import io.espalier.pruning.latency.SyntheticDevice;
import io.espalier.pruning.runtime.OperatorGraph;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    private static final OperatorGraph ANY = SyntheticDevice.network(8, 8, 8, 8);

    private static final Priced SMALL = priced("small", 0.80, 300, 10_000, 100_000);
    private static final Priced MIDDLE = priced("middle", 0.84, 500, 20_000, 200_000);
    private static final Priced LARGE = priced("large", 0.86, 700, 30_000, 300_000);
    /** Slower than the middle one and not better. */
    private static final Priced BEATEN = priced("beaten", 0.84, 550, 20_000, 200_000);

    private static final DevicePrices PRICES = new DevicePrices(List.of(SMALL, BEATEN, MIDDLE, LARGE), 1);

    @Test
    void takesTheBestThatFits() {
        Choice choice = Choice.of(PRICES, latency(600));

        assertThat(choice.taken()).contains(MIDDLE);
        assertThat(choice.missed()).contains(LARGE);
        assertThat(choice.regret()).isCloseTo(0.02, within(1e-12));
    }

    @Test
    void holdsEveryConstraint() {
        assertThat(Choice.of(PRICES, latency(800).withSizeBytes(25_000)).taken())
                .contains(MIDDLE);
        assertThat(Choice.of(PRICES, latency(800).withMemoryBytes(150_000)).taken())
                .contains(SMALL);
        assertThat(Choice.of(PRICES, Target.NONE).taken()).contains(LARGE);
    }

    @Test
    void takesIntegersThatNobodyTimedForSizesOnly() {
        Priced untimed = priced("untimed", 0.87, 0, 9_000, 90_000);
        DevicePrices prices = new DevicePrices(List.of(SMALL, MIDDLE, LARGE, untimed), 1);

        assertThat(Choice.of(prices, Target.NONE.withSizeBytes(10_000)).taken()).contains(untimed);
        Choice timed = Choice.of(prices, latency(600));
        assertThat(timed.taken()).contains(MIDDLE);
        assertThat(timed.missed()).contains(LARGE);
    }

    @Test
    void leavesTheMarginThatPredictionsNeed() {
        DevicePrices unsure = new DevicePrices(PRICES.members(), 0.9);

        assertThat(Choice.of(unsure, latency(550)).taken()).contains(SMALL);
        assertThat(Choice.of(unsure, latency(560)).taken()).contains(MIDDLE);
    }

    @Test
    void regretsNothingWhereNothingIsBetter() {
        Choice choice = Choice.of(PRICES, latency(700));

        assertThat(choice.taken()).contains(LARGE);
        assertThat(choice.missed()).isEmpty();
        assertThat(choice.regret()).isZero();
        assertThat(choice.calls(0)).isFalse();
    }

    @Test
    void callsForACampaignWhereNothingFits() {
        Choice choice = Choice.of(PRICES, latency(200));

        assertThat(choice.taken()).isEmpty();
        assertThat(choice.missed()).contains(SMALL);
        assertThat(choice.calls(0.5)).isTrue();
    }

    @Test
    void callsForACampaignBeyondTheToleranceOnly() {
        Choice choice = Choice.of(PRICES, latency(600));

        assertThat(choice.calls(0.0199)).isTrue();
        assertThat(choice.calls(0.0201)).isFalse();
    }

    @Test
    void theCheapestBetterOneBoundsTheRegret() {
        Priced huge = priced("huge", 0.95, 2000, 90_000, 900_000);
        Choice choice = Choice.of(new DevicePrices(List.of(SMALL, MIDDLE, LARGE, huge), 1), latency(600));

        assertThat(choice.regret()).isCloseTo(0.02, within(1e-12));
    }

    @Test
    void whatTrainingAloneWouldGainCountsAsRegret() {
        Priced unpruned = new Priced(member("unpruned", 0.75), 0.88, cost(900, 40_000, 400_000));

        Choice choice = Choice.of(new DevicePrices(List.of(LARGE, unpruned), 1), latency(800));

        assertThat(choice.taken()).contains(LARGE);
        assertThat(choice.missed()).contains(unpruned);
        assertThat(choice.regret()).isCloseTo(0.02, within(1e-12));
    }

    @Test
    void passesOverWhatIsNotAllowedButStillKnowsWhatItIsWorth() {
        Choice choice = Choice.of(
                PRICES, latency(600), digest -> !digest.equals(MIDDLE.member().digest()));

        assertThat(choice.taken()).contains(BEATEN);
        assertThat(Choice.of(
                                PRICES,
                                latency(600),
                                digest -> digest.equals(SMALL.member().digest()))
                        .regret())
                .isCloseTo(0.06, within(1e-12));
    }

    @Test
    void aCorrectionMakesEverythingSlower() {
        assertThat(Choice.of(PRICES.corrected(1.3), latency(600)).taken().map(Priced::member))
                .contains(SMALL.member());
        assertThat(Choice.of(PRICES.corrected(1.2), latency(600)).taken().map(Priced::member))
                .contains(MIDDLE.member());
    }

    @Test
    void neverTakesAMemberThatAnotherBeatsInEverything() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            List<Priced> members = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                members.add(priced(
                        round + "-" + i,
                        random.nextInt(5) / 10.0,
                        100 * (1 + random.nextInt(4)),
                        1000L * (1 + random.nextInt(4)),
                        1000L * (1 + random.nextInt(4))));
            }
            Target budget = latency(100 * (1 + random.nextInt(4))).withSizeBytes(1000L * (1 + random.nextInt(4)));
            Choice.of(new DevicePrices(members, 1), budget)
                    .taken()
                    .ifPresent(taken ->
                            assertThat(members).as("budget %s", budget).noneMatch(other -> beats(other, taken)));
        }
    }

    private static boolean beats(Priced one, Priced other) {
        boolean noWorse = one.member().score() >= other.member().score()
                && one.cost().p95Micros() <= other.cost().p95Micros()
                && one.cost().sizeBytes() <= other.cost().sizeBytes()
                && one.cost().peakMemoryBytes() <= other.cost().peakMemoryBytes();
        return noWorse
                && (one.member().score() > other.member().score()
                        || one.cost().p95Micros() < other.cost().p95Micros()
                        || one.cost().sizeBytes() < other.cost().sizeBytes()
                        || one.cost().peakMemoryBytes() < other.cost().peakMemoryBytes());
    }

    private static Target latency(double micros) {
        return Target.NONE.withLatencyP95Micros(micros);
    }

    private static Priced priced(String name, double score, double p95Micros, long sizeBytes, long memoryBytes) {
        return new Priced(member(name, score), score, cost(p95Micros, sizeBytes, memoryBytes));
    }

    private static Cost cost(double p95Micros, long sizeBytes, long memoryBytes) {
        return new Cost(p95Micros / 1.1, p95Micros, sizeBytes, memoryBytes, 1000, 100);
    }

    private static Member member(String name, double score) {
        return new Member(Sha256.of(name.getBytes(StandardCharsets.UTF_8)), score, 1000, ANY, 1000, 1000, 100);
    }
}
