package io.espalier.pruning.campaign;

import io.espalier.pruning.allocation.Allocation;
import io.espalier.pruning.allocation.Allocator;
import io.espalier.pruning.allocation.Cost;
import io.espalier.pruning.allocation.Limits;
import io.espalier.pruning.allocation.Pricing;
import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.allocation.WidthSpace;
import io.espalier.pruning.allocation.Worth;
import io.espalier.pruning.graph.DroppableBlock;
import io.espalier.pruning.latency.BaseSuite;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.latency.ModelSuite;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.quantisation.IntegerPricing;
import io.espalier.pruning.runtime.OperatorGraph;
import io.espalier.terminal.Units;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Plans variants of one network for one device: what fits, and what widths a ranking of channels leads to. */
final class Planner {
    private static final int SMALLEST_STEP = 4;

    private final PrunableNetwork network;
    private final Target target;
    private final Target asked;
    private final Optional<DeviceTimings> device;
    private final Optional<LatencyModel> latency;
    private final Optional<IntegerPricing> integers;
    private final WidthSpace space;
    private final Pricing pricing;
    private final Limits limits;

    Planner(PrunableNetwork network, Target target, Optional<DeviceTimings> device) {
        this(network, target, target, device, device.map(timings -> learn(network, timings)), Optional.empty());
    }

    private Planner(
            PrunableNetwork network,
            Target target,
            Target asked,
            Optional<DeviceTimings> device,
            Optional<LatencyModel> latency,
            Optional<IntegerPricing> integers) {
        this.network = network;
        this.target = target;
        this.asked = asked;
        this.device = device;
        this.latency = latency;
        this.integers = integers;
        this.space = network.space(
                latency.map(model -> Math.max(SMALLEST_STEP, model.step().alignment()))
                        .orElse(SMALLEST_STEP));
        Pricing floats = network.pricing(latency);
        this.pricing = Pricing.remembered(integers.<Pricing>map(each -> widths ->
                        each.of(network.shaped(widths), floats.of(widths)).cost())
                .orElse(floats));
        this.limits = new Limits(
                target,
                Limits.latencyMargin(latency.map(LatencyModel::leaveOneOutError).orElse(0.0)));
    }

    private static LatencyModel learn(PrunableNetwork network, DeviceTimings timings) {
        WidthSpace space = network.space(SMALLEST_STEP);
        Map<String, OperatorGraph> networks = new LinkedHashMap<>();
        for (Timing timing : timings.model()) {
            ModelSuite.parse(timing.probe(), space.full(), space.minimum())
                    .ifPresent(widths -> networks.put(timing.probe(), OperatorGraph.of(network.shaped(widths))));
        }
        networks.put(ModelSuite.DENSE, OperatorGraph.of(network.unfolded()));
        return LatencyModel.learn(timings, BaseSuite.make().networks(), networks);
    }

    /** What it plans for: the target, and how much of a latency budget predictions may use. */
    Limits limits() {
        return limits;
    }

    /** Plans the same for the network without these blocks. */
    Planner without(List<DroppableBlock> blocks) {
        return new Planner(network.without(blocks), target, asked, device, latency, integers);
    }

    /** Plans for files that hold so much more than the network. */
    Planner leavingRoomFor(long bytes) {
        if (target.sizeBytes().isEmpty()) {
            return this;
        }
        long floor = pricing.of(space.minimum()).sizeBytes();
        long left = Math.max(floor, target.sizeBytes().getAsLong() - bytes);
        Target within = target.withSizeBytes(left);
        return new Planner(network, within, within, device, latency, integers);
    }

    /** Plans networks that will be shipped in 8-bit integers. */
    Planner inIntegers(IntegerPricing prices) {
        return new Planner(network, target, asked, device, latency, Optional.of(prices));
    }

    /** Plans the same with latencies that are so many times as long as was predicted. */
    Planner corrected(double times) {
        return new Planner(network, target, asked, device, latency.map(model -> model.corrected(times)), integers);
    }

    /** What the 95th percentile may be, where finished networks can be held against it as they are planned; in microseconds. */
    OptionalDouble latencyBudgetMicros() {
        return integers.isPresent() ? OptionalDouble.empty() : target.latencyP95Micros();
    }

    /** Plans what an earlier round made of the network, for a target that is so many times as lenient. */
    Planner onto(PrunableNetwork cut, double lenience) {
        return new Planner(cut, target.times(lenience), target, device, latency, integers);
    }

    /** Whether the target of the last round can be met; leaving a layer out can tie channels that must stay. */
    boolean reachesWhatIsAsked() {
        return new Limits(asked, 1).fits(pricing.of(space.minimum()));
    }

    /** How much of the tightest constraint the network takes with every channel kept; at most 1 fits. */
    double wholeLoad() {
        return limits.load(dense());
    }

    /** Why the target is out of reach however narrow the network; empty where it is not. */
    Optional<Refusal> refusal() {
        Cost floor = pricing.of(space.minimum());
        if (new Limits(target, 1).fits(floor)) {
            return Optional.empty();
        }
        if (target.energyMillijoules().isPresent() && floor.energyMillijoules().isEmpty()) {
            return Optional.of(new Refusal(
                    0,
                    "an energy of %s mJ was asked for, but this device has no readings of an energy counter: ask for a"
                                    .formatted(target.energyMillijoules().getAsDouble())
                            + " latency instead"));
        }
        StringBuilder detail = new StringBuilder();
        if (target.latencyP95Micros().isPresent()
                && floor.p95Micros() > target.latencyP95Micros().getAsDouble()) {
            detail.append(
                    "needs at least %s: that is this network with every layer at its narrowest%s; %s were asked for"
                            .formatted(
                                    Units.micros(floor.p95Micros()),
                                    bareFloor(),
                                    Units.micros(target.latencyP95Micros().getAsDouble())));
        }
        if (target.memoryBytes().isPresent()
                && floor.peakMemoryBytes() > target.memoryBytes().getAsLong()) {
            detail.append(detail.isEmpty() ? "" : "; ")
                    .append("needs at least ")
                    .append(Units.count(floor.peakMemoryBytes()))
                    .append(" bytes of memory, ")
                    .append(Units.count(target.memoryBytes().getAsLong()))
                    .append(" were asked for");
        }
        if (target.sizeBytes().isPresent()
                && floor.sizeBytes() > target.sizeBytes().getAsLong()) {
            detail.append(detail.isEmpty() ? "" : "; ")
                    .append("needs at least ")
                    .append(Units.count(floor.sizeBytes()))
                    .append(" bytes of storage, ")
                    .append(Units.count(target.sizeBytes().getAsLong()))
                    .append(" were asked for");
        }
        if (target.energyMillijoules().isPresent()
                && floor.energyMillijoules().getAsDouble()
                        > target.energyMillijoules().getAsDouble()) {
            detail.append(detail.isEmpty() ? "" : "; ")
                    .append(String.format(
                            Locale.ROOT,
                            "needs at least %.3g mJ an inference, %s were asked for",
                            floor.energyMillijoules().getAsDouble(),
                            target.energyMillijoules().getAsDouble()));
        }
        if (target.macs().isPresent() && floor.macs() > target.macs().getAsLong()) {
            detail.append(detail.isEmpty() ? "" : "; ")
                    .append("needs at least ")
                    .append(Units.count(floor.macs()))
                    .append(" multiply-accumulates, ")
                    .append(Units.count(target.macs().getAsLong()))
                    .append(" were asked for");
        }
        return Optional.of(new Refusal(floor.p95Micros(), detail.toString()));
    }

    private String bareFloor() {
        return device.flatMap(timings -> timings.base().stream()
                        .filter(t -> t.probe().equals(BaseSuite.FLOOR))
                        .findFirst()
                        .map(t -> ", and a network of one multiplication already takes "
                                + Units.micros(t.medianMicros() * timings.tailRatio())))
                .orElse("");
    }

    /** The best widths for a ranking of channels. */
    Allocation.Chosen knapsack(Ranking ranking) {
        return chosen(allocator(ranking).allocate(Worth.of(ranking.scores())));
    }

    /** The same fraction of every group. */
    Allocation.Chosen uniform(Ranking ranking) {
        return chosen(allocator(ranking).uniform(Worth.of(ranking.scores())));
    }

    private Allocator allocator(Ranking ranking) {
        return new Allocator(space.holding(ranking.most()), pricing, limits);
    }

    private static Allocation.Chosen chosen(Allocation allocation) {
        if (allocation instanceof Allocation.Chosen chosen) {
            return chosen;
        }
        throw new IllegalStateException("Ask for a refusal first: " + allocation);
    }

    PrunableNetwork network() {
        return network;
    }

    /** Whether the network keeps to everything that is asked with every channel kept. */
    boolean isMetUnpruned() {
        return limits.fits(dense());
    }

    String whyNotDense() {
        Cost dense = dense();
        if (isMetUnpruned()) {
            return "fits as it is";
        }
        if (target.latencyP95Micros().isPresent()
                && dense.p95Micros() > target.latencyP95Micros().getAsDouble()) {
            return "too slow: p95 %s of %s"
                    .formatted(
                            Units.micros(dense.p95Micros()),
                            Units.micros(target.latencyP95Micros().getAsDouble()));
        }
        return new Limits(target, 1).fits(dense)
                ? "over the budget with the margin for prediction error"
                : "over the budget";
    }

    Cost dense() {
        return pricing.of(space.full());
    }

    Optional<LatencyModel> latency() {
        return latency;
    }

    /** The timings it learned from; empty where latency and energy play no part. */
    Optional<DeviceTimings> device() {
        return device;
    }

    double latencyMargin() {
        return limits.latencyMargin();
    }

    /** What predictions are multiplied by, beyond what the device itself says. */
    double latencyCorrection() {
        return latency.map(LatencyModel::correction).orElse(1.0);
    }
}
