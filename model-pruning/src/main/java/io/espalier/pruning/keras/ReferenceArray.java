package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Values of one sample, row-major, channels last, and what can be computed of them whatever the layer. */
@SuppressWarnings("ArrayRecordComponent")
record ReferenceArray(int[] dims, double[] values) {
    /** A function of two values. */
    interface Both {
        double of(double a, double b);
    }

    /** A function of a value and the number of its channel. */
    interface OfChannel {
        double of(double value, int channel);
    }

    static ReferenceArray zeros(int... dims) {
        return new ReferenceArray(dims, new double[product(dims, 0, dims.length)]);
    }

    double at(int y, int x, int c) {
        return values[(y * dims[1] + x) * dims[2] + c];
    }

    void set(int y, int x, int c, double value) {
        values[(y * dims[1] + x) * dims[2] + c] = value;
    }

    int channels() {
        return dims[dims.length - 1];
    }

    ReferenceArray each(DoubleUnaryOperator function) {
        return new ReferenceArray(dims, Arrays.stream(values).map(function).toArray());
    }

    ReferenceArray perChannel(OfChannel function) {
        int channels = channels();
        double[] results = new double[values.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = function.of(values[i], i % channels);
        }
        return new ReferenceArray(dims, results);
    }

    /** The last axis times a matrix. */
    ReferenceArray times(int from, int to, Tensor matrix) {
        int[] outDims = dims.clone();
        outDims[outDims.length - 1] = to;
        ReferenceArray out = zeros(outDims);
        for (int row = 0; row < values.length / from; row++) {
            for (int i = 0; i < from; i++) {
                for (int o = 0; o < to; o++) {
                    out.values[row * to + o] += values[row * from + i] * matrix.at(i * to + o);
                }
            }
        }
        return out;
    }

    ReferenceArray softmax(int axis) {
        ReferenceArray out = new ReferenceArray(dims, values.clone());
        int inner = product(dims, axis + 1, dims.length);
        int extent = dims[axis];
        for (int line = 0; line < values.length / extent; line++) {
            int start = line / inner * extent * inner + line % inner;
            double most = IntStream.range(0, extent)
                    .mapToDouble(i -> values[start + i * inner])
                    .max()
                    .orElse(0);
            double sum = IntStream.range(0, extent)
                    .mapToDouble(i -> Math.exp(values[start + i * inner] - most))
                    .sum();
            for (int i = 0; i < extent; i++) {
                out.values[start + i * inner] = Math.exp(values[start + i * inner] - most) / sum;
            }
        }
        return out;
    }

    /** Joined value by value; axes of 1 are repeated. */
    ReferenceArray with(ReferenceArray other, Both both) {
        int[] outDims = IntStream.range(0, dims.length)
                .map(i -> Math.max(dims[i], other.dims[i]))
                .toArray();
        ReferenceArray out = zeros(outDims);
        for (int i = 0; i < out.values.length; i++) {
            out.values[i] = both.of(values[shrunk(i, outDims, dims)], other.values[shrunk(i, outDims, other.dims)]);
        }
        return out;
    }

    /** The index, in an array some of whose axes are 1, of an element of the broadcast array. */
    private static int shrunk(int index, int[] dims, int[] small) {
        int result = 0;
        int rest = index;
        int factor = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            int position = rest % dims[axis];
            rest /= dims[axis];
            result += small[axis] == 1 ? 0 : position * factor;
            factor *= small[axis];
        }
        return result;
    }

    static ReferenceArray concatenated(List<ReferenceArray> parts, int axis) {
        int[] dims = parts.get(0).dims.clone();
        int inner = product(dims, axis + 1, dims.length);
        dims[axis] = parts.stream().mapToInt(part -> part.dims[axis]).sum();
        ReferenceArray out = zeros(dims);
        int offset = 0;
        for (ReferenceArray part : parts) {
            int block = part.dims[axis] * inner;
            for (int o = 0; o < part.values.length / block; o++) {
                System.arraycopy(part.values, o * block, out.values, o * dims[axis] * inner + offset, block);
            }
            offset += block;
        }
        return out;
    }

    private static int product(int[] dims, int from, int to) {
        return Arrays.stream(dims, from, to).reduce(1, Math::multiplyExact);
    }
}
