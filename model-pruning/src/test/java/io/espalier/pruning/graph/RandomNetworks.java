package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small random networks that mix every topology, each valid by construction. */
public final class RandomNetworks {
    private final Random random;
    private final NetworkBuilder net;
    private final List<String> tensors = new ArrayList<>();
    private int constants;

    private RandomNetworks(long seed) {
        random = new Random(seed);
        net = new NetworkBuilder("random-" + seed, random);
    }

    public static Graph ofSeed(long seed) {
        return new RandomNetworks(seed).build();
    }

    private Graph build() {
        tensors.add(net.conv(net.input("x", 1 + random.nextInt(3), 8, 8), 3 + random.nextInt(5), 3, 1, 1));
        int steps = 3 + random.nextInt(8);
        for (int i = 0; i < steps; i++) {
            tensors.add(step(any()));
        }
        String first = head(last());
        return random.nextInt(3) == 0 ? net.build(first, head(any())) : net.build(first);
    }

    private String step(String x) {
        int channels = net.shape(x).dim(1);
        return switch (random.nextInt(13)) {
            case 0, 1 -> net.conv(x, 2 + random.nextInt(6), 1 + 2 * random.nextInt(2), 1, 1);
            case 2 -> net.batchNorm(net.conv(x, channels, 3, 1, 1));
            case 3 -> net.relu(x);
            case 4 -> net.conv(x, channels * (1 + random.nextInt(2)), 3, 1, 1, channels);
            case 5 -> residual(x);
            case 6 -> net.concat(x, net.relu(net.conv(x, 1 + random.nextInt(4), 3, 1, 1)), x);
            case 7 -> squeezeExcite(x);
            case 8 -> paddedShortcut(x, channels);
            case 9 -> channels > 1 ? halves(x, channels) : net.relu(x);
            case 10 -> net.op("LeakyRelu", List.of(x), Map.of("alpha", Attribute.of(0.1f)));
            case 11 -> net.op("Mul", List.of(x, constant(channels, 1, 1)), Map.of());
            default -> net.batchNorm(x);
        };
    }

    private String residual(String x) {
        Shape shape = net.shape(x);
        for (String other : tensors) {
            if (!other.equals(x) && net.shape(other).equals(shape)) {
                return net.relu(net.add(x, other));
            }
        }
        return net.add(x, net.conv(net.relu(x), shape.dim(1), 3, 1, 1));
    }

    private String squeezeExcite(String x) {
        int channels = net.shape(x).dim(1);
        String gate = net.relu(net.conv(net.globalAveragePool(x), 2, 1, 1, 0));
        gate = net.op("Sigmoid", List.of(net.conv(gate, channels, 1, 1, 0)), Map.of());
        return net.op("Mul", List.of(x, gate), Map.of());
    }

    private String paddedShortcut(String x, int channels) {
        int before = random.nextInt(3);
        int after = 1 + random.nextInt(2);
        String pads = net.constant("pads" + constants++, Tensor.vector(0, before, 0, 0, 0, after, 0, 0));
        String padded = net.op("Pad", List.of(x, pads), Map.of());
        String branch = net.conv(x, channels + before + after, 3, 1, 1);
        return net.relu(net.add(branch, padded));
    }

    private String halves(String x, int channels) {
        int cut = 1 + random.nextInt(channels - 1);
        String low = slice(x, 0, cut);
        String high = slice(x, cut, channels);
        return net.concat(net.relu(high), low);
    }

    private String slice(String x, int from, int to) {
        String starts = net.constant("starts" + constants, Tensor.vector(from));
        String ends = net.constant("ends" + constants, Tensor.vector(to));
        String axes = net.constant("axes" + constants++, Tensor.vector(1));
        return net.op("Slice", List.of(x, starts, ends, axes), Map.of());
    }

    private String head(String x) {
        String features = random.nextBoolean() ? net.flatten(net.globalAveragePool(x)) : net.flatten(net.maxPool(x, 4));
        return net.gemm(random.nextBoolean() ? net.relu(net.gemm(features, 6)) : features, 3);
    }

    private String constant(int... dims) {
        float[] values = new float[dims[0]];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return net.constant("scale" + constants++, Tensor.ofFloats(values, dims));
    }

    private String any() {
        return tensors.get(random.nextInt(tensors.size()));
    }

    private String last() {
        return tensors.get(tensors.size() - 1);
    }
}
