package io.espalier.pruning.data;

import java.util.Arrays;
import java.util.List;

/**
 * How raw values become a model's input: {@code value = (raw * scale - mean[channel]) / std[channel]}.
 *
 * @param mean empty, or one number for all channels, or one for each
 * @param std likewise; never zero
 */
public record InputContract(double scale, List<Double> mean, List<Double> std) {
    /** Raw values as they are. */
    public static final InputContract RAW = new InputContract(1, List.of(), List.of());

    public InputContract {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (!Double.isFinite(scale) || scale == 0) {
            throw new IllegalArgumentException("scale is " + scale + ": it must be a number other than zero");
        }
        for (double value : mean) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("mean holds " + value + ": every number must be finite");
            }
        }
        for (double value : std) {
            if (!Double.isFinite(value) || value <= 0) {
                throw new IllegalArgumentException("std holds " + value + ": every number must be above zero");
            }
        }
    }

    /** Throws unless this contract says something about exactly these channels. */
    public void requireFits(SampleShape shape) {
        requireCount("mean", mean, shape.channels());
        requireCount("std", std, shape.channels());
    }

    /** Writes one sample as model input in the given layout to {@code target} from {@code offset} on. */
    public void write(Samples samples, int index, Layout layout, float[] target, int offset) {
        samples.copyRaw(index, target, offset);
        applyPlanar(samples.shape(), target, offset);
        if (layout == Layout.NHWC && samples.shape().channels() > 1) {
            interleave(samples.shape(), target, offset);
        }
    }

    /** Turns raw values, channel first, into model input in place. */
    public void applyPlanar(SampleShape shape, float[] values, int offset) {
        int area = shape.height() * shape.width();
        for (int c = 0; c < shape.channels(); c++) {
            float factor = (float) (scale / at(std, c, 1));
            float shift = (float) (at(mean, c, 0) / at(std, c, 1));
            if (factor == 1 && shift == 0) {
                continue;
            }
            int from = offset + c * area;
            for (int i = from; i < from + area; i++) {
                values[i] = values[i] * factor - shift;
            }
        }
    }

    /** Reorders one sample of model input from channel first to channel last in place. */
    public static void interleave(SampleShape shape, float[] values, int offset) {
        float[] planar = Arrays.copyOfRange(values, offset, offset + shape.values());
        interleave(shape, planar, 0, values, offset);
    }

    /** Writes one sample of model input that lies channel first in {@code planar} as channel last to another array. */
    public static void interleave(SampleShape shape, float[] planar, int from, float[] target, int offset) {
        int area = shape.height() * shape.width();
        for (int c = 0; c < shape.channels(); c++) {
            for (int p = 0; p < area; p++) {
                target[offset + p * shape.channels() + c] = planar[from + c * area + p];
            }
        }
    }

    private static double at(List<Double> values, int channel, double otherwise) {
        return values.isEmpty() ? otherwise : values.get(values.size() == 1 ? 0 : channel);
    }

    private static void requireCount(String name, List<Double> values, int channels) {
        if (values.size() > 1 && values.size() != channels) {
            throw new IllegalArgumentException(name + " has " + values.size() + " numbers, but the data has " + channels
                    + " channels: give one number, or one for each channel");
        }
    }
}
