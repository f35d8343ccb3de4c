package io.espalier.pruning.latency;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Predicts the latency of any width choice of one base model on one device.
 *
 * <p>Three stages, each correcting the one before with fewer data of higher relevance. Kernel rates come from the base
 * suite ({@link OperatorRates}). The model suite then adjusts those rates, held to them by a prior since there are a
 * dozen points at most. What still remains at the measured points, as a ratio, is interpolated between them over the
 * logarithm of the widths ({@link ResidualRatio}). Last, everything is anchored to the dense model's own trial, because
 * that is the measurement budgets are judged by.
 */
public final class LatencyModel {
    /** How firmly the base suite's rates are kept, against one relative error squared per model-suite point. */
    private static final double PRIOR_STRENGTH = 0.02;

    private final OperatorRates rates;
    private final double[] coefficients;
    private final ResidualRatio residual;
    private final double anchor;
    private final TailLatency tail;
    private final double correction;
    private final double leaveOneOutError;

    private LatencyModel(
            OperatorRates rates, Fit fit, double anchor, TailLatency tail, double correction, double leaveOneOutError) {
        this.rates = rates;
        this.coefficients = fit.coefficients;
        this.residual = fit.residual;
        this.anchor = anchor;
        this.tail = tail;
        this.correction = correction;
        this.leaveOneOutError = leaveOneOutError;
    }

    /**
     * @param baseNetworks kernel calls of the base suite's probes, by name
     * @param modelNetworks of the model suite's probes, by name; must hold {@code dense}
     */
    public static LatencyModel learn(
            DeviceTimings timings,
            Map<String, List<FusedOperator>> baseNetworks,
            Map<String, MeasuredNetwork> modelNetworks) {
        OperatorRates rates = OperatorRates.learn(timings.base(), baseNetworks);
        MeasuredNetwork dense = modelNetworks.get(ModelSuite.DENSE);
        if (dense == null) {
            throw new IllegalArgumentException("The model suite has no probe \"" + ModelSuite.DENSE + "\"");
        }
        Map<Timing, MeasuredNetwork> measured = new LinkedHashMap<>();
        for (Timing timing : timings.model()) {
            MeasuredNetwork network = modelNetworks.get(timing.probe());
            if (network != null) {
                measured.put(timing, network);
            }
        }
        if (measured.isEmpty()) {
            measured.put(new Timing(ModelSuite.DENSE, timings.denseP50Micros(), timings.denseP95Micros(), 1, 0), dense);
        }
        Fit fit = fit(rates, measured);
        double anchor = timings.denseP50Micros() / denseInSuite(timings, fit.predict(rates.step(), dense));
        return new LatencyModel(
                rates, fit, anchor, TailLatency.of(timings), timings.correction(), leaveOneOut(rates, measured));
    }

    private static Fit fit(OperatorRates rates, Map<Timing, MeasuredNetwork> measured) {
        List<NonNegativeRegression.Point> points = new ArrayList<>();
        measured.forEach((timing, network) -> points.add(new NonNegativeRegression.Point(
                CostFeatures.of(network.operators(), rates.step()), timing.medianMicros())));
        double[] prior = rates.coefficients();
        double sum = 0;
        for (NonNegativeRegression.Point point : points) {
            sum += point.micros() / NonNegativeRegression.dot(prior, point.features());
        }
        double scale = sum / points.size();
        double[] strength = new double[prior.length];
        for (int j = 0; j < prior.length; j++) {
            prior[j] *= scale;
            double typical = 0;
            for (NonNegativeRegression.Point point : points) {
                typical += point.features()[j] / point.micros() / points.size();
            }
            strength[j] = PRIOR_STRENGTH * Math.max(1e-9, typical * typical);
        }
        double[] fitted = NonNegativeRegression.fit(points, prior, strength);
        List<int[]> widths = new ArrayList<>();
        double[] ratios = new double[points.size()];
        for (MeasuredNetwork network : measured.values()) {
            NonNegativeRegression.Point point = points.get(widths.size());
            ratios[widths.size()] = point.micros() / NonNegativeRegression.dot(fitted, point.features());
            widths.add(network.widths());
        }
        return new Fit(fitted, ResidualRatio.between(widths, ratios));
    }

    private static double denseInSuite(DeviceTimings timings, double otherwise) {
        return timings.model().stream()
                .filter(t -> t.probe().equals(ModelSuite.DENSE))
                .mapToDouble(Timing::medianMicros)
                .findFirst()
                .orElse(otherwise);
    }

    private static double leaveOneOut(OperatorRates rates, Map<Timing, MeasuredNetwork> measured) {
        if (measured.size() < 3) {
            return rates.relativeError();
        }
        double sum = 0;
        for (Map.Entry<Timing, MeasuredNetwork> left : measured.entrySet()) {
            Map<Timing, MeasuredNetwork> others = new LinkedHashMap<>(measured);
            others.remove(left.getKey());
            double actual = left.getKey().medianMicros();
            sum += Math.abs(fit(rates, others).predict(rates.step(), left.getValue()) - actual) / actual;
        }
        return sum / measured.size();
    }

    /** A network's median latency; correction included. */
    public double p50Micros(MeasuredNetwork network) {
        double regression = NonNegativeRegression.dot(coefficients, CostFeatures.of(network.operators(), rates.step()));
        return regression * residual.at(network.widths()) * anchor * correction;
    }

    /** A network's 95th percentile, from its median and how this device's tail behaves. */
    public double p95Micros(MeasuredNetwork network) {
        return tail.p95Micros(p50Micros(network));
    }

    /** The step in which this device charges channels. */
    public ChannelStep step() {
        return rates.step();
    }

    /** Mean absolute relative error of predicting each model-suite probe from the others. */
    public double leaveOneOutError() {
        return leaveOneOutError;
    }

    /** Mean absolute relative error of the kernel rates on the base suite. */
    public double baseSuiteError() {
        return rates.relativeError();
    }

    private record Fit(double[] coefficients, ResidualRatio residual) {
        double predict(ChannelStep step, MeasuredNetwork network) {
            return NonNegativeRegression.dot(coefficients, CostFeatures.of(network.operators(), step))
                    * residual.at(network.widths());
        }
    }
}
