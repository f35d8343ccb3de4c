package io.espalier.pruning.graph;

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
        NetworkBuilder net = new NetworkBuilder(
                "source-cnn", RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
        String x = net.input("input", 1, 28, 28);
        x = net.maxPool(net.relu(net.conv(x, 32, 3, 1, 0)), 2);
        x = net.maxPool(net.relu(net.conv(x, 64, 3, 1, 0)), 2);
        x = net.relu(net.conv(x, 64, 3, 1, 0));
        x = net.relu(net.gemm(net.flatten(x), 64));
        return net.build(net.softmax(net.gemm(x, 10)));
    }
}
