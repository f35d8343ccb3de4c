package io.espalier.benchmarks.latency;

import io.espalier.pruning.allocation.Target;
import io.espalier.pruning.latency.DeviceTimings;
import io.espalier.pruning.latency.LatencyModel;
import io.espalier.pruning.latency.Timing;
import io.espalier.pruning.runtime.KernelCall;
import io.espalier.pruning.runtime.KernelPlan;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Devices made up from one that was measured: each runs every kind of kernel somewhat faster or slower than it, everything
 * so many times as slowly, and times its probes with an error of its own. Each has a budget of its own.
 */
final class SyntheticFleet {
    private static final double KERNEL_DEVIATION = 0.1;
    private static final double TIMING_DEVIATION = 0.01;
    private static final double QUICKEST = 0.5;
    private static final double SLOWEST = 25;
    private static final double LEAST_SHARE = 0.3;
    private static final double MOST_SHARE = 1.1;

    private final DeviceTimings measured;
    private final LatencyModel model;
    private final Map<String, OperatorGraph> baseNetworks;
    private final Map<String, OperatorGraph> modelNetworks;

    SyntheticFleet(
            DeviceTimings measured, Map<String, OperatorGraph> baseNetworks, Map<String, OperatorGraph> modelNetworks) {
        this.measured = measured;
        this.model = LatencyModel.learn(measured, baseNetworks, modelNetworks);
        this.baseNetworks = baseNetworks;
        this.modelNetworks = modelNetworks;
    }

    /**
     * A device and what is asked of it.
     *
     * @param kernels how much slower than on the measured device each kind runs
     */
    record Device(DeviceTimings timings, Target budget, Map<KernelCall.Kind, Double> kernels, double slowness) {}

    /** What a network truly takes on a device. */
    double micros(Device device, OperatorGraph network) {
        return device.slowness() * there(network, device.kernels());
    }

    /**
     * @param denseBytes size of the unpruned model's file
     */
    List<Device> devices(int count, long denseBytes, long seed) {
        List<Device> devices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            devices.add(device(denseBytes, new Random(seed * count + i)));
        }
        return devices;
    }

    private Device device(long denseBytes, Random random) {
        Map<KernelCall.Kind, Double> kernels = new EnumMap<>(KernelCall.Kind.class);
        for (KernelCall.Kind kind : KernelCall.Kind.values()) {
            kernels.put(kind, Math.exp(KERNEL_DEVIATION * random.nextGaussian()));
        }
        double slowness = between(random, QUICKEST, SLOWEST);
        List<Timing> base = timings(measured.base(), baseNetworks, kernels, slowness, random);
        List<Timing> own = timings(measured.model(), modelNetworks, kernels, slowness, random);
        Timing dense = own.stream()
                .filter(timing -> timing.probe().equals("dense"))
                .findFirst()
                .orElseThrow();
        Target budget = Target.NONE.withLatencyP95Micros(
                dense.p95Micros() * (LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * random.nextDouble()));
        if (random.nextInt(4) == 0) {
            budget = budget.withSizeBytes((long) (denseBytes * (LEAST_SHARE + random.nextDouble())));
        }
        return new Device(
                new DeviceTimings(base, own, dense.medianMicros(), dense.p95Micros(), 1), budget, kernels, slowness);
    }

    private List<Timing> timings(
            List<Timing> timings,
            Map<String, OperatorGraph> networks,
            Map<KernelCall.Kind, Double> kernels,
            double slowness,
            Random random) {
        List<Timing> made = new ArrayList<>(timings.size());
        for (Timing timing : timings) {
            OperatorGraph network = Objects.requireNonNull(networks.get(timing.probe()));
            double median = timing.medianMicros()
                    * there(network, kernels)
                    / model.p50Micros(network)
                    * slowness
                    * Math.exp(TIMING_DEVIATION * random.nextGaussian());
            made.add(new Timing(
                    timing.probe(),
                    median,
                    median * timing.p95Micros() / timing.medianMicros(),
                    timing.samples(),
                    timing.noise()));
        }
        return made;
    }

    private double there(OperatorGraph network, Map<KernelCall.Kind, Double> kernels) {
        double floor = model.p50Micros(List.<KernelCall>of());
        double micros = floor;
        for (KernelCall call : KernelPlan.of(network, model.step()).calls()) {
            micros += (model.p50Micros(List.of(call)) - floor) * Objects.requireNonNull(kernels.get(call.kind()));
        }
        return micros;
    }

    /** Evenly in logarithms. */
    private static double between(Random random, double least, double most) {
        return least * Math.pow(most / least, random.nextDouble());
    }
}
