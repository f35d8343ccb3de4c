package io.espalier.pruning.latency;

import java.util.List;
import java.util.OptionalDouble;

/**
 * All that one device measured for one base model.
 *
 * @param base timings of the base suite, which is the same for every model
 * @param model timings of the model suite
 * @param denseP95Micros of the unpruned model, as its trial measured it
 * @param correction measured over predicted of earlier variants on this class of device, 1 when there were none
 * @param denseMillijoules of one inference of the unpruned model by the device's energy counter; empty where it has none
 */
public record DeviceTimings(
        List<Timing> base,
        List<Timing> model,
        double denseP50Micros,
        double denseP95Micros,
        double correction,
        OptionalDouble denseMillijoules) {
    public DeviceTimings {
        base = List.copyOf(base);
        model = List.copyOf(model);
        if (!(denseP50Micros > 0) || !(denseP95Micros >= denseP50Micros)) {
            throw new IllegalArgumentException("The dense model has p50 " + denseP50Micros + " and p95 "
                    + denseP95Micros + " µs: the p50 must be positive and the p95 not below it");
        }
        if (!(correction > 0) || Double.isInfinite(correction)) {
            throw new IllegalArgumentException("Correction " + correction + " must be a positive number");
        }
        if (denseMillijoules.isPresent()
                && !(denseMillijoules.getAsDouble() > 0 && denseMillijoules.getAsDouble() < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The dense model takes " + denseMillijoules.getAsDouble()
                    + " mJ an inference: the energy must be a positive number");
        }
    }

    /** The timings of a device without an energy counter. */
    public DeviceTimings(
            List<Timing> base, List<Timing> model, double denseP50Micros, double denseP95Micros, double correction) {
        this(base, model, denseP50Micros, denseP95Micros, correction, OptionalDouble.empty());
    }

    /** Energy of a microsecond of inference; empty where the device has no energy counter. */
    OptionalDouble millijoulesPerMicro() {
        return denseMillijoules.isPresent()
                ? OptionalDouble.of(denseMillijoules.getAsDouble() / denseP50Micros)
                : OptionalDouble.empty();
    }

    /** The 95th percentile that is expected of a network with this median on this device. */
    public double p95Micros(double p50Micros) {
        return TailLatency.of(this).p95Micros(p50Micros);
    }

    /** How far the 95th percentile of the dense model lies above its median. */
    public double tailRatio() {
        return denseP95Micros / denseP50Micros;
    }
}
