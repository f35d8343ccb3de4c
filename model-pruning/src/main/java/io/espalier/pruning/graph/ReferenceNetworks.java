package io.espalier.pruning.graph;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Networks Espalier can make itself, untrained. */
public final class ReferenceNetworks {
    private ReferenceNetworks() {}

    /**
     * The convolutional network of the source document: three 3x3 valid convolutions and two dense layers on
     * 28x28x1, 10 classes, softmax output.
     *
     * <p>Shape: {@code [N, 1, 28, 28] -> [N, 10]}. 93,322 parameters, 2.79 M multiply-accumulates.
     */
    public static Graph sourceCnn(long seed) {
        NetworkBuilder net = new NetworkBuilder("source-cnn", random(seed));
        String x = net.input("input", 1, 28, 28);
        x = net.maxPool(net.relu(net.conv(x, 32, 3, 1, 0)), 2);
        x = net.maxPool(net.relu(net.conv(x, 64, 3, 1, 0)), 2);
        x = net.relu(net.conv(x, 64, 3, 1, 0));
        x = net.relu(net.gemm(net.flatten(x), 64));
        return net.build(net.softmax(net.gemm(x, 10)));
    }

    /**
     * LeNet-5 in the sizes that came with Caffe: two 5x5 valid convolutions and two dense layers on 28x28x1, 10 classes,
     * softmax output.
     *
     * <p>Shape: {@code [N, 1, 28, 28] -> [N, 10]}. 431,080 parameters, 2.29 M multiply-accumulates. Source: LeCun et al.
     * 1998, "Gradient-based learning applied to document recognition", section 2.
     */
    public static Graph lenet5(long seed) {
        NetworkBuilder net = new NetworkBuilder("lenet-5", random(seed));
        String x = net.input("input", 1, 28, 28);
        x = net.relu(net.maxPool(net.conv(x, 20, 5, 1, 0), 2));
        x = net.relu(net.maxPool(net.conv(x, 50, 5, 1, 0), 2));
        x = net.relu(net.gemm(net.flatten(x), 500));
        return net.build(net.softmax(net.gemm(x, 10)));
    }

    /**
     * LeNet-300-100: three dense layers on 28x28x1, 10 classes, softmax output.
     *
     * <p>Shape: {@code [N, 1, 28, 28] -> [N, 10]}. 266,610 parameters, 266,200 multiply-accumulates. Source: the same,
     * section 3.
     */
    public static Graph lenet300(long seed) {
        NetworkBuilder net = new NetworkBuilder("lenet-300-100", random(seed));
        String x = net.flatten(net.input("input", 1, 28, 28));
        x = net.relu(net.gemm(x, 300));
        x = net.relu(net.gemm(x, 100));
        return net.build(net.softmax(net.gemm(x, 10)));
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
