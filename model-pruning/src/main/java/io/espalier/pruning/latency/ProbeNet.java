package io.espalier.pruning.latency;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A micro-model under construction: layers are put on its newest tensor. */
final class ProbeNet {
    private final NetworkBuilder builder;
    private String newest;

    /** A network over {@code [1, channels, side, side]}. */
    ProbeNet(String name, RandomGenerator weights, int channels, int side) {
        builder = new NetworkBuilder(name, weights);
        newest = builder.input("input", channels, side, side);
    }

    Graph build() {
        return builder.build(newest);
    }

    /** A convolution alone. */
    ProbeNet bare(int out, int kernel) {
        newest = builder.conv(newest, out, kernel, 1, kernel / 2);
        return this;
    }

    ProbeNet conv(int out, int kernel) {
        return conv(out, kernel, 1);
    }

    ProbeNet conv(int out, int kernel, int stride) {
        newest = builder.relu(builder.conv(newest, out, kernel, stride, kernel / 2));
        return this;
    }

    /** A convolution that does not pad. */
    ProbeNet valid(int out, int kernel) {
        newest = builder.relu(builder.conv(newest, out, kernel, 1, 0));
        return this;
    }

    ProbeNet depthwise(int stride) {
        int channels = channels();
        newest = builder.relu(builder.conv(newest, channels, 3, stride, 1, channels));
        return this;
    }

    /** Two 3x3 convolutions around which the input is added. */
    ProbeNet residual() {
        String before = newest;
        conv(channels(), 3).bare(channels(), 3);
        newest = builder.relu(builder.add(newest, before));
        return this;
    }

    ProbeNet pool() {
        newest = builder.maxPool(newest, 2);
        return this;
    }

    ProbeNet relu() {
        newest = builder.op("Relu", List.of(newest), Map.of());
        return this;
    }

    /** The mean of each channel. */
    ProbeNet mean() {
        newest = builder.globalAveragePool(newest);
        return this;
    }

    /** A hidden layer, unless it is 0 wide, and ten scores. */
    ProbeNet head(int hidden) {
        newest = builder.flatten(newest);
        if (hidden > 0) {
            newest = builder.relu(builder.gemm(newest, hidden));
        }
        newest = builder.gemm(newest, 10);
        return this;
    }

    private int channels() {
        return builder.shape(newest).dim(1);
    }
}
