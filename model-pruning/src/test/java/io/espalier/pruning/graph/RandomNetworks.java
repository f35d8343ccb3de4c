package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Small random networks that mix every topology, each valid by construction. */
public final class RandomNetworks {
    private static final int MAX_CHANNELS = 24;

    private final Random random;
    private final NetworkBuilder net;
    private final List<String> tensors = new ArrayList<>();
    /** The input channels of each plain 3x3 convolution so far, by name: others may share its weights. */
    private final Map<String, Shape> kernels = new LinkedHashMap<>();

    private int constants;

    private RandomNetworks(long seed) {
        random = new Random(seed);
        net = new NetworkBuilder("random-" + seed, random);
    }

    public static Graph ofSeed(long seed) {
        return new RandomNetworks(seed).build();
    }

    private Graph build() {
        tensors.add(conv(input(), 3 + random.nextInt(6)));
        int steps = 3 + random.nextInt(9);
        for (int i = 0; i < steps; i++) {
            String made = step(any());
            if (net.shape(made).dim(1) <= MAX_CHANNELS) {
                tensors.add(made);
            }
        }
        String first = head(last());
        return switch (random.nextInt(4)) {
            case 0 -> net.build(first, head(any()));
            case 1 -> net.build(first, any());
            default -> net.build(first);
        };
    }

    private String input() {
        int channels = 1 + random.nextInt(3);
        return random.nextInt(3) == 0
                ? transposed(net.input("x", 8, 8, channels), 0, 3, 1, 2)
                : net.input("x", channels, 8, 8);
    }

    private String step(String x) {
        int channels = net.shape(x).dim(1);
        return switch (random.nextInt(24)) {
            case 0, 1 -> conv(x, 2 + random.nextInt(6));
            case 2 -> net.batchNorm(conv(x, channels));
            case 3 -> net.relu(x);
            case 4 -> net.conv(x, channels * (1 + random.nextInt(2)), 3, 1, 1, channels);
            case 5 -> grouped(x, channels);
            case 6, 7 -> residual(x);
            case 8 -> net.concat(x, net.relu(net.conv(x, 1 + random.nextInt(4), 3, 1, 1)), x);
            case 9 -> net.concat(x, sameMap(x));
            case 10 -> squeezeExcite(x);
            case 11 -> paddedShortcut(x, channels);
            case 12 -> stridedShortcut(x, channels);
            case 13 -> channels > 1 ? halves(x, channels) : net.relu(x);
            case 14 -> channels > 1 ? split(x, channels) : net.relu(x);
            case 15 -> shuffled(x, channels);
            case 16 -> sharedWeights(x);
            case 17 -> channelsLast(x, channels);
            case 18 -> mergedAndBack(x);
            case 19 -> activation(x);
            case 20 -> net.op("Mul", List.of(x, gaussian(channels, 1, 1)), Map.of());
            case 21 -> net.op("Add", List.of(gaussian(1, channels, 1, 1), x), Map.of());
            case 22 -> projection(x);
            default -> net.batchNorm(x);
        };
    }

    private String conv(String x, int channels) {
        String made = net.conv(x, channels, 3, 1, 1);
        kernels.put(made, net.shape(x));
        return made;
    }

    private String grouped(String x, int channels) {
        int groups = channels % 3 == 0 ? 3 : 2;
        return channels % groups == 0 && channels > groups
                ? net.relu(net.conv(x, groups * (1 + random.nextInt(3)), 3, 1, 1, groups))
                : net.conv(x, 4, 1, 1, 0);
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

    private String projection(String x) {
        int channels = 2 + random.nextInt(6);
        String branch = net.conv(net.relu(net.conv(x, 3, 3, 1, 1)), channels, 3, 1, 1);
        return net.relu(net.add(net.conv(x, channels, 1, 1, 0), branch));
    }

    /** Another tensor with the same height and width. */
    private String sameMap(String x) {
        return tensors.stream()
                .filter(other -> net.shape(other).dim(2) == net.shape(x).dim(2))
                .findFirst()
                .orElse(x);
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
        String padded = net.op("Pad", List.of(x, ints(0, before, 0, 0, 0, after, 0, 0)), Map.of());
        String branch = net.conv(x, channels + before + after, 3, 1, 1);
        return net.relu(net.add(branch, padded));
    }

    private String stridedShortcut(String x, int channels) {
        if (net.shape(x).dim(2) < 4) {
            return net.relu(x);
        }
        String end = ints(Integer.MAX_VALUE, Integer.MAX_VALUE);
        String half = net.op("Slice", List.of(x, ints(0, 0), end, ints(2, 3), ints(2, 2)), Map.of());
        int before = random.nextInt(2);
        int after = random.nextInt(3);
        String padded = net.op("Pad", List.of(half, ints(0, before, 0, 0, 0, after, 0, 0)), Map.of());
        String branch = net.relu(net.conv(x, 3, 3, 2, 1));
        return net.relu(net.add(padded, net.conv(branch, channels + before + after, 3, 1, 1)));
    }

    private String halves(String x, int channels) {
        int cut = 1 + random.nextInt(channels - 1);
        String low = net.op("Slice", List.of(x, ints(0), ints(cut), ints(1)), Map.of());
        String high = net.op("Slice", List.of(x, ints(cut), ints(channels), ints(1)), Map.of());
        return net.concat(net.relu(high), low);
    }

    /** The second part of a Split alone, so that some channels are read by nobody. */
    private String split(String x, int channels) {
        int cut = 1 + random.nextInt(channels - 1);
        return net.concat(
                net.op("Split", List.of(x, ints(cut, channels - cut)), 2, Map.of("axis", Attribute.of(1L)))
                        .get(1),
                x);
    }

    private String shuffled(String x, int channels) {
        long[] order = new long[channels];
        for (int i = 0; i < channels; i++) {
            order[i] = random.nextInt(channels);
        }
        return net.op("Gather", List.of(x, ints(order)), Map.of("axis", Attribute.of(1L)));
    }

    /** A convolution with the weights of an earlier one; of one made for it, if none fits. */
    private String sharedWeights(String x) {
        int channels = net.shape(x).dim(1);
        Optional<String> kernel = kernels.entrySet().stream()
                .filter(entry -> entry.getValue().dim(1) == channels)
                .map(Map.Entry::getKey)
                .findFirst();
        String name = kernel.orElseGet(() -> conv(x, channels));
        String read = kernel.isPresent() ? x : net.relu(name);
        Map<String, Attribute> pads = Map.of("pads", Attribute.ints(1, 1, 1, 1));
        return net.op("Conv", List.of(read, name + "_w", name + "_b"), pads);
    }

    private String channelsLast(String x, int channels) {
        String last = transposed(x, 0, 2, 3, 1);
        last = net.op("Add", List.of(net.relu(last), gaussian(channels)), Map.of());
        if (random.nextBoolean()) {
            last = net.op("MatMul", List.of(last, gaussian(channels, 4)), Map.of());
        }
        return transposed(last, 0, 3, 1, 2);
    }

    private String mergedAndBack(String x) {
        Shape shape = net.shape(x);
        String merged = random.nextBoolean()
                ? net.flatten(x)
                : net.op("Reshape", List.of(x, ints(0, shape.dim(1), -1)), Map.of());
        return net.op("Reshape", List.of(merged, ints(-1, shape.dim(1), shape.dim(2), shape.dim(3))), Map.of());
    }

    private String activation(String x) {
        return switch (random.nextInt(5)) {
            case 0 -> net.op("LeakyRelu", List.of(x), Map.of("alpha", Attribute.of(0.1f)));
            case 1 -> net.op("Tanh", List.of(x), Map.of());
            case 2 -> net.op("PRelu", List.of(x, gaussian(net.shape(x).dim(1), 1, 1)), Map.of());
            case 3 -> net.op("Softmax", List.of(x), Map.of("axis", Attribute.of(3L)));
            default -> net.op("Mul", List.of(x, net.op("HardSigmoid", List.of(x), Map.of())), Map.of());
        };
    }

    private String head(String x) {
        Shape shape = net.shape(x);
        String features = switch (random.nextInt(5)) {
            case 0 -> net.flatten(net.globalAveragePool(x));
            case 1 -> net.flatten(net.maxPool(x, 2));
            case 2 ->
                net.op("ReduceMean", List.of(x), Map.of("axes", Attribute.ints(2, 3), "keepdims", Attribute.of(0L)));
            case 3 -> net.op("Reshape", List.of(transposed(x, 0, 2, 3, 1), ints(0, -1)), Map.of());
            default -> net.op("Squeeze", List.of(net.globalAveragePool(x), ints(2, 3)), Map.of());
        };
        int width = net.shape(features).dim(1);
        if (random.nextInt(3) == 0) {
            return net.op("MatMul", List.of(features, gaussian(width, shape.dim(1) > 4 ? 3 : 2)), Map.of());
        }
        return net.gemm(random.nextBoolean() ? net.relu(net.gemm(features, 6)) : features, 3);
    }

    private String transposed(String x, int... order) {
        return net.op("Transpose", List.of(x), Map.of("perm", Attribute.ints(order)));
    }

    private String ints(long... values) {
        return net.constant("ints" + constants++, Tensor.vector(values));
    }

    private String gaussian(int... dims) {
        float[] values = new float[(int) Shape.of(dims).elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(dims.length == 2 ? dims[0] : 1));
        }
        return net.constant("gaussian" + constants++, Tensor.ofFloats(values, dims));
    }

    private String any() {
        return tensors.get(random.nextInt(tensors.size()));
    }

    private String last() {
        return tensors.get(tensors.size() - 1);
    }
}
