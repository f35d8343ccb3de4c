package io.espalier.pruning.latency;

import io.espalier.pruning.runtime.ChannelStep;
import io.espalier.pruning.runtime.KernelCall;
import java.util.List;

/**
 * The quantities that the time of a kernel call is, to a first approximation, a non-negative combination of.
 *
 * <p>Blocked convolutions compute up to four blocks of output channels while they hold one input value, and start anew at
 * each row: hence inputs per set of blocks and rows beside the multiply-accumulates. Plain ones unroll windows into a
 * matrix first. <i>Units:</i> a rate is microseconds per million, or per call. <i>Source:</i> MLAS, the kernels of ONNX
 * Runtime ({@code snchwc.cpp}, {@code convolve.cpp}); each feature was kept because leaving it out was measurably worse.
 */
final class KernelFeatures {
    /** Number of features. */
    static final int COUNT = 26;

    private static final int FLOOR = 0;
    private static final int CALL = 1;
    private static final int FIRST = 2;
    private static final int FIRST_INPUTS = 3;
    private static final int FIRST_POINTWISE = 4;
    private static final int FIRST_POINTWISE_INPUTS = 5;
    private static final int SPATIAL = 6;
    private static final int SPATIAL_INPUTS = 7;
    private static final int POINTWISE = 8;
    private static final int ROWS = 9;
    private static final int WEIGHTS = 10;
    private static final int DEPTHWISE = 11;
    private static final int DEPTHWISE_ROWS = 12;
    private static final int STORED = 13;
    private static final int PLAIN = 14;
    private static final int PLAIN_DEPTHWISE = 15;
    private static final int PLAIN_WEIGHTS = 16;
    private static final int UNROLLED = 17;
    private static final int PLAIN_CHANNELS = 18;
    private static final int PLAIN_STORED = 19;
    private static final int MATRIX = 20;
    private static final int MATRIX_INPUTS = 21;
    private static final int POOL = 22;
    private static final int PLAIN_POOL = 23;
    private static final int REORDERED = 24;
    private static final int ELEMENTWISE = 25;

    private static final int BLOCKS_AT_ONCE = 4;
    private static final double MILLION = 1e6;

    /** Rates of one core of a server of 2023, where nothing better is known; devices differ from them by one factor first. */
    private static final double[] TYPICAL = {
        1.5, 0.4, 18, 38, 26, 1000, 15, 68, 16, 15_000, 3, 33, 5_500, 2, 16, 280, 280, 400, 200_000, 180, 38, 470, 50,
        900, 133, 1500
    };

    private KernelFeatures() {}

    /** Feature values of a network, {@code [COUNT]}. */
    static double[] of(List<KernelCall> network, ChannelStep step) {
        double[] sum = new double[COUNT];
        sum[FLOOR] = 1;
        for (KernelCall call : network) {
            double[] x = of(call, step);
            for (int j = 0; j < COUNT; j++) {
                sum[j] += x[j];
            }
        }
        return sum;
    }

    /** Feature values of one call, {@code [COUNT]}. */
    static double[] of(KernelCall call, ChannelStep step) {
        double[] x = new double[COUNT];
        x[CALL] = 1;
        double work = call.work() / MILLION;
        double written = call.written() / MILLION;
        switch (call.kind()) {
            case FIRST -> blocked(x, FIRST, FIRST_INPUTS, call, step);
            case FIRST_POINTWISE -> blocked(x, FIRST_POINTWISE, FIRST_POINTWISE_INPUTS, call, step);
            case SPATIAL -> blocked(x, SPATIAL, SPATIAL_INPUTS, call, step);
            case POINTWISE -> {
                x[POINTWISE] = work;
                x[WEIGHTS] = weights(call);
                x[STORED] = written;
            }
            case DEPTHWISE -> {
                x[DEPTHWISE] = work;
                x[DEPTHWISE_ROWS] = (double) call.outChannels() / step.block() * rows(call) / MILLION;
                x[STORED] = written;
            }
            case PLAIN_SPATIAL, PLAIN_POINTWISE -> {
                x[PLAIN] = work;
                x[PLAIN_WEIGHTS] = weights(call);
                x[PLAIN_STORED] = written;
                x[UNROLLED] = call.kind() == KernelCall.Kind.PLAIN_SPATIAL
                        ? call.inChannels() * call.area() * call.outPositions() / MILLION
                        : 0;
            }
            case PLAIN_DEPTHWISE -> {
                x[PLAIN_DEPTHWISE] = work;
                x[PLAIN_CHANNELS] = call.outChannels() / MILLION;
                x[PLAIN_STORED] = written;
            }
            case MATRIX -> {
                x[MATRIX] = work;
                x[MATRIX_INPUTS] = call.inChannels() / MILLION;
            }
            case POOL -> x[POOL] = work;
            case PLAIN_POOL -> x[PLAIN_POOL] = written + work / BLOCKS_AT_ONCE;
            case REORDER_IN, REORDER_OUT -> x[REORDERED] = work;
            case ELEMENTWISE -> x[ELEMENTWISE] = work;
            case VIEW -> {
                // A call and nothing else.
            }
        }
        return x;
    }

    private static void blocked(double[] x, int macs, int inputs, KernelCall call, ChannelStep step) {
        double sets = Math.ceil((double) call.outChannels() / (BLOCKS_AT_ONCE * step.block()));
        double inputBlocks = Math.max(1, Math.ceil((double) call.inChannels() / step.block()));
        x[macs] = call.work() / MILLION;
        x[inputs] = sets * call.inChannels() * call.area() * call.outPositions() / MILLION;
        x[ROWS] = sets * inputBlocks * rows(call) / MILLION;
        x[WEIGHTS] = weights(call);
        x[STORED] = call.written() / MILLION;
    }

    private static double weights(KernelCall call) {
        return call.inChannels() * call.outChannels() * call.area() / MILLION;
    }

    private static double rows(KernelCall call) {
        return (double) call.outPositions() / call.outWidth();
    }

    static double[] typicalRates() {
        return TYPICAL.clone();
    }
}
