package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.OperatorGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the same networks on many devices, each from its own timings: what {@link LatencyModel} says, some hundred times as
 * fast.
 *
 * <p>Learning is dear because of what depends on a device only weakly: its channel step, first rates, and the inverse of the
 * covariance of its timings. Devices whose timings run in parallel, but for an overall slowness, share these; what is left of
 * each one's own timings moves its predictions ({@link SharedFit}). Whoever is like none of the devices learned so far is
 * learned in full. Thread-safe.
 *
 * <p><i>Errors:</i> none for a device that was learned in full; measured for the others by {@code ./espalier bench choose}.
 */
public final class FleetLatency {
    /** Median of how far logarithms of timings may be apart, overall slowness aside. */
    private static final double ALIKE = 0.15;
    /** And the farthest: beyond it another channel step may be at work. */
    private static final double FARTHEST = 0.6;
    /** Fits kept for later devices. */
    private static final int MOST_FITS = 64;

    private final Map<String, OperatorGraph> baseNetworks;
    private final Map<String, OperatorGraph> modelNetworks;
    private final List<OperatorGraph> asked;
    private final List<Kin> known = new ArrayList<>();

    /**
     * @param baseNetworks the base suite's probes, by name
     * @param modelNetworks the model suite's probes, by name; must hold {@code dense}
     * @param asked the networks to be predicted
     */
    public FleetLatency(
            Map<String, OperatorGraph> baseNetworks,
            Map<String, OperatorGraph> modelNetworks,
            List<OperatorGraph> asked) {
        this.baseNetworks = Map.copyOf(baseNetworks);
        this.modelNetworks = Map.copyOf(modelNetworks);
        this.asked = List.copyOf(asked);
    }

    /** A device that was learned in full, for all that are like it; learned when it is first needed. */
    private final class Kin {
        private final Measured first;
        private final DeviceTimings timings;
        private @Nullable SharedFit fit;

        Kin(Measured first, DeviceTimings timings) {
            this.first = first;
            this.timings = timings;
        }

        synchronized SharedFit fit() {
            SharedFit learned = fit;
            if (learned == null) {
                learned = SharedFit.of(Evidence.of(timings, baseNetworks, modelNetworks), asked);
                fit = learned;
            }
            return learned;
        }
    }

    /** How many times as slow as a device that is like it. */
    private record Beside(FleetLatency.Kin kin, double slowness) {}

    /** What a device measured of the known probes, and the logarithms. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Measured(List<String> probes, double[] micros, double[] logarithms) {
        /** Logarithm of the slowness beside another one that is alike; NaN where it is not. */
        double slownessBeside(Measured other) {
            if (!probes.equals(other.probes)) {
                return Double.NaN;
            }
            double[] apart = new double[logarithms.length];
            for (int i = 0; i < apart.length; i++) {
                apart[i] = logarithms[i] - other.logarithms[i];
            }
            double[] sorted = apart.clone();
            Arrays.sort(sorted);
            double middle = sorted[sorted.length / 2];
            if (Math.max(sorted[sorted.length - 1] - middle, middle - sorted[0]) > FARTHEST) {
                return Double.NaN;
            }
            for (int i = 0; i < apart.length; i++) {
                sorted[i] = Math.abs(apart[i] - middle);
            }
            Arrays.sort(sorted);
            return sorted[sorted.length / 2] <= ALIKE ? middle : Double.NaN;
        }
    }

    /** The networks on one device. */
    public static final class Prediction {
        private final ChannelStep step;
        private final double[] micros;
        private final double factor;
        private final TailLatency tail;
        private final OptionalDouble millijoulesPerMicro;
        private final double leaveOneOutError;

        private Prediction(ChannelStep step, SharedFit.Learned learned, DeviceTimings timings, double denseInSuite) {
            this.step = step;
            this.micros = learned.micros();
            this.factor = timings.denseP50Micros() / denseInSuite * timings.correction();
            this.tail = TailLatency.of(timings);
            this.millijoulesPerMicro = timings.millijoulesPerMicro();
            this.leaveOneOutError = learned.leaveOneOutError();
        }

        /** Median latency of a network, by its number; correction included. */
        public double p50Micros(int network) {
            return micros[network] * factor;
        }

        /** The 95th percentile that belongs to a median. */
        public double p95Micros(double p50Micros) {
            return tail.p95Micros(p50Micros);
        }

        /** As {@link LatencyModel#energyMillijoules}. */
        public OptionalDouble energyMillijoules(double p50Micros) {
            return millijoulesPerMicro.isPresent()
                    ? OptionalDouble.of(millijoulesPerMicro.getAsDouble() * p50Micros)
                    : OptionalDouble.empty();
        }

        /** The step in which the device charges channels. */
        public ChannelStep step() {
            return step;
        }

        /** As {@link LatencyModel#leaveOneOutError}. */
        public double leaveOneOutError() {
            return leaveOneOutError;
        }
    }

    /** One device. */
    public Prediction of(DeviceTimings timings) {
        return of(List.of(timings)).get(0);
    }

    /** Many at once, in order; on all cores. */
    public List<Prediction> of(List<DeviceTimings> fleet) {
        List<Measured> measured = fleet.parallelStream().map(this::measured).toList();
        List<Beside> kin = new ArrayList<>(fleet.size());
        synchronized (known) {
            for (int d = 0; d < fleet.size(); d++) {
                kin.add(kinOf(measured.get(d), fleet.get(d)));
            }
        }
        kin.stream().map(Beside::kin).distinct().parallel().forEach(Kin::fit);
        return IntStream.range(0, kin.size())
                .parallel()
                .mapToObj(d -> predict(kin.get(d), measured.get(d), fleet.get(d)))
                .toList();
    }

    /** How many devices were learned in full and are remembered. */
    public int learned() {
        synchronized (known) {
            return known.size();
        }
    }

    /** The one learned earliest among those it is like; otherwise itself. */
    private Beside kinOf(Measured device, DeviceTimings timings) {
        for (Kin each : known) {
            double slowness = device.slownessBeside(each.first);
            if (!Double.isNaN(slowness)) {
                return new Beside(each, Math.exp(slowness));
            }
        }
        Kin itself = new Kin(device, timings);
        if (known.size() == MOST_FITS) {
            known.remove(0);
        }
        known.add(itself);
        return new Beside(itself, 1);
    }

    private Prediction predict(Beside kin, Measured device, DeviceTimings timings) {
        SharedFit fit = kin.kin().fit();
        SharedFit.Learned learned = fit.learn(device.micros(), kin.slowness());
        int dense = device.probes().lastIndexOf(ModelSuite.DENSE);
        return new Prediction(
                fit.step(), learned, timings, dense >= 0 ? device.micros()[dense] : learned.micros()[asked.size()]);
    }

    private Measured measured(DeviceTimings timings) {
        List<Timing> base = Evidence.known(timings.base(), baseNetworks);
        List<Timing> own = Evidence.ownTimings(timings, modelNetworks);
        int n = base.size() + own.size();
        String[] probes = new String[n];
        double[] micros = new double[n];
        double[] logarithms = new double[n];
        for (int i = 0; i < n; i++) {
            Timing timing = i < base.size() ? base.get(i) : own.get(i - base.size());
            probes[i] = timing.probe();
            micros[i] = timing.medianMicros();
            logarithms[i] = Math.log(micros[i]);
        }
        return new Measured(List.of(probes), micros, logarithms);
    }
}
