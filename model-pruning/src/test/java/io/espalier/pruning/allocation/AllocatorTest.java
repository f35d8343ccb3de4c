package io.espalier.pruning.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AllocatorTest {
    /** A chain of layers: what each costs is the product of its width and its predecessor's. */
    private static final double[] POSITIONS = {676, 121, 9, 1};

    private static final Pricing CHAIN = widths -> {
        long macs = 0;
        long parameters = 0;
        long before = 1;
        long peak = 0;
        for (int g = 0; g < widths.length; g++) {
            long weights = before * widths[g] * 9;
            macs += (long) (weights * POSITIONS[g]);
            parameters += weights;
            peak = Math.max(peak, (long) (widths[g] * POSITIONS[g] * 4));
            before = widths[g];
        }
        double p50 = 10 + macs / 20_000.0;
        return new Cost(p50, p50 * 1.1, parameters * 4, peak, macs, parameters);
    };

    /** A device on which fetching a weight takes the energy, and computing with it the time. */
    private static final Pricing METERED = widths -> {
        Cost cost = CHAIN.of(widths);
        return new Cost(
                cost.p50Micros(),
                cost.p95Micros(),
                OptionalDouble.of(0.1 + cost.parameters() / 10_000.0),
                cost.sizeBytes(),
                cost.peakMemoryBytes(),
                cost.macs(),
                cost.parameters());
    };

    private static final WidthSpace SPACE = new WidthSpace(List.of(
            Group.stepped("conv1", 32, 8),
            Group.stepped("conv2", 64, 8),
            Group.stepped("conv3", 64, 8),
            Group.stepped("dense", 64, 8)));

    @Test
    void neverExceedsTheBudgetAndUsesMostOfIt() {
        double dense = CHAIN.of(SPACE.full()).p95Micros();
        Worth worth = worth(1);
        for (double share : new double[] {0.9, 0.7, 0.5, 0.35, 0.25}) {
            Limits limits = usual(latency(dense * share));

            Allocation.Chosen chosen = (Allocation.Chosen) new Allocator(SPACE, CHAIN, limits).allocate(worth);

            assertThat(chosen.cost().p95Micros()).isLessThanOrEqualTo(0.95 * dense * share);
            assertThat(limits.load(chosen.cost())).isGreaterThan(0.85);
            assertThat(chosen.rounds()).hasSizeBetween(4, 6);
        }
    }

    @Test
    void isAtLeastAsGoodAsUniform() {
        double dense = CHAIN.of(SPACE.full()).p95Micros();
        for (int seed = 0; seed < 20; seed++) {
            Worth worth = worth(seed);
            Allocator allocator = new Allocator(SPACE, CHAIN, usual(latency(dense * 0.5)));

            double best = ((Allocation.Chosen) allocator.allocate(worth)).worth();
            double uniform = ((Allocation.Chosen) allocator.uniform(worth)).worth();

            assertThat(best).as("seed %d", seed).isGreaterThanOrEqualTo(uniform);
        }
    }

    @Test
    void leavesNoLayerStarved() {
        double dense = CHAIN.of(SPACE.full()).p95Micros();
        Allocation.Chosen chosen =
                (Allocation.Chosen) new Allocator(SPACE, CHAIN, usual(latency(dense * 0.4))).allocate(worth(3));

        for (int g = 0; g < SPACE.size(); g++) {
            assertThat(chosen.widths()[g]).isGreaterThan(SPACE.minimum()[g]);
        }
    }

    @Test
    void keepsTheFullNetworkWhereItFits() {
        Allocation.Chosen chosen =
                (Allocation.Chosen) new Allocator(SPACE, CHAIN, usual(latency(1e9))).allocate(worth(1));
        assertThat(chosen.widths()).isEqualTo(SPACE.full());
        assertThat(chosen.worth()).isZero();
    }

    @Test
    void refusesABudgetBelowTheFloor() {
        double floor = CHAIN.of(SPACE.minimum()).p95Micros();

        assertThat(new Allocator(SPACE, CHAIN, usual(latency(floor * 0.9))).allocate(worth(1)))
                .isEqualTo(new Allocation.BelowFloor(CHAIN.of(SPACE.minimum())));
        assertThat(new Allocator(SPACE, CHAIN, usual(latency(floor * 1.01))).allocate(worth(1)))
                .isInstanceOfSatisfying(
                        Allocation.Chosen.class, c -> assertThat(c.widths()).isEqualTo(SPACE.minimum()));
    }

    @Test
    void meetsSizeAndMemory() {
        Cost full = CHAIN.of(SPACE.full());
        Target target = Target.NONE.withMemoryBytes(full.peakMemoryBytes() / 2).withSizeBytes(full.sizeBytes() / 3);

        Allocation.Chosen chosen = (Allocation.Chosen) new Allocator(SPACE, CHAIN, usual(target)).allocate(worth(5));

        assertThat(chosen.cost().sizeBytes()).isLessThanOrEqualTo(full.sizeBytes() / 3);
        assertThat(chosen.cost().peakMemoryBytes()).isLessThanOrEqualTo(full.peakMemoryBytes() / 2);
    }

    @Test
    void meetsAnEnergyWhereNothingElseBinds() {
        Cost full = METERED.of(SPACE.full());
        double dense = full.energyMillijoules().getAsDouble();
        Target loose = latency(full.p95Micros() * 2)
                .withSizeBytes(full.sizeBytes() * 2)
                .withMemoryBytes(full.peakMemoryBytes() * 2);
        assertThat(widths(METERED, loose)).as("without a bound on energy").isEqualTo(SPACE.full());

        for (double share : new double[] {0.8, 0.5, 0.3}) {
            Limits limits = usual(loose.withEnergyMillijoules(dense * share));

            Allocation.Chosen chosen = (Allocation.Chosen) new Allocator(SPACE, METERED, limits).allocate(worth(1));

            assertThat(chosen.cost().energyMillijoules().getAsDouble())
                    .as("planned with a margin, as predictions err")
                    .isLessThanOrEqualTo(0.95 * dense * share);
            assertThat(limits.load(chosen.cost())).isBetween(0.85, 1.0);
            assertThat(usual(loose).load(chosen.cost()))
                    .as("all other bounds have room")
                    .isLessThan(0.6);
        }
    }

    @Test
    void narrowsOtherLayersForEnergyThanForTime() {
        Cost full = METERED.of(SPACE.full());

        int[] quick = widths(METERED, latency(full.p95Micros() * 0.5));
        int[] thrifty = widths(
                METERED,
                Target.NONE.withEnergyMillijoules(full.energyMillijoules().getAsDouble() * 0.5));

        assertThat(thrifty[0])
                .as("many positions, few weights: slow, and cheap in energy")
                .isGreaterThan(quick[0]);
        assertThat(thrifty[3]).as("one position, many weights").isLessThan(quick[3]);
    }

    @Test
    void refusesAnEnergyWhereNoneIsKnown() {
        assertThat(new Allocator(SPACE, CHAIN, usual(Target.NONE.withEnergyMillijoules(1e9))).allocate(worth(1)))
                .isInstanceOf(Allocation.BelowFloor.class);
    }

    private static int[] widths(Pricing pricing, Target target) {
        return ((Allocation.Chosen) new Allocator(SPACE, pricing, usual(target)).allocate(worth(1))).widths();
    }

    @Test
    void givesTheSameAnswerTwice() {
        Limits limits = usual(latency(100));
        assertThat(((Allocation.Chosen) new Allocator(SPACE, CHAIN, limits).allocate(worth(2))).widths())
                .isEqualTo(((Allocation.Chosen) new Allocator(SPACE, CHAIN, limits).allocate(worth(2))).widths());
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> latency(-1)).hasMessageContaining("-1.0");
        assertThatThrownBy(() -> latency(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Worth.of(List.of(new double[] {1, Double.NaN})))
                .hasMessageContaining("NaN");
    }

    private static Target latency(double micros) {
        return Target.NONE.withLatencyP95Micros(micros);
    }

    private static Worth worth(int seed) {
        Random random = new Random(seed);
        List<double[]> scores = new ArrayList<>();
        for (Group group : SPACE.groups()) {
            scores.add(random.doubles(group.width(), 0.1, 1 + random.nextDouble() * 3)
                    .toArray());
        }
        return Worth.of(scores);
    }

    private static Limits usual(Target target) {
        return new Limits(target, Limits.USUAL_LATENCY_MARGIN);
    }
}
