package io.espalier.pruning.data;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Noise with one of sixteen patches brighter, and a network that knows each patch by one hidden unit: whoever takes a unit
 * away takes a class away, and no training or fitting of the others brings it back.
 */
public final class PatchImages {
    public static final int CLASSES = 16;
    public static final int SIDE = 32;
    public static final SampleShape SHAPE = new SampleShape(1, SIDE, SIDE);

    private static final int PATCH = 8;
    private static final int BRIGHTER = 100;

    private PatchImages() {}

    public static Dataset dataset() {
        List<String> names = IntStream.range(0, CLASSES).mapToObj(i -> "p" + i).toList();
        return new Dataset("00", names, samples(800, 1), samples(160, 2));
    }

    public static Samples samples(int count, long seed) {
        byte[][] images = new byte[count][];
        int[] labels = new int[count];
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
            images[i] = image(labels[i], random);
        }
        return new ByteSamples(SHAPE, images, labels);
    }

    private static byte[] image(int label, Random random) {
        byte[] pixels = new byte[SIDE * SIDE];
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = (byte) (random.nextInt(100) + (patch(p) == label ? BRIGHTER : 0));
        }
        return pixels;
    }

    private static int patch(int pixel) {
        return pixel / SIDE / PATCH * (SIDE / PATCH) + pixel % SIDE / PATCH;
    }

    /** 16,384 and 256 weights: unit u is the mean of patch u above 99, and speaks for class u alone. */
    public static Graph network() {
        NetworkBuilder n = new NetworkBuilder("patches", new Random(1));
        String hidden = n.relu(n.gemm(n.flatten(n.input("input", 1, SIDE, SIDE)), CLASSES));
        Graph graph = n.build(n.gemm(hidden, CLASSES));
        float[] means = new float[CLASSES * SIDE * SIDE];
        float[] levels = new float[CLASSES];
        float[] classes = new float[CLASSES * CLASSES];
        for (int unit = 0; unit < CLASSES; unit++) {
            for (int p = 0; p < SIDE * SIDE; p++) {
                means[unit * SIDE * SIDE + p] = patch(p) == unit ? 1f / (PATCH * PATCH) : 0;
            }
            levels[unit] = -99;
            classes[unit * CLASSES + unit] = 0.1f;
        }
        return graph.withInitializers(Map.of(
                "dense1_w", Tensor.ofFloats(means, CLASSES, SIDE * SIDE),
                "dense1_b", Tensor.ofFloats(levels, CLASSES),
                "dense2_w", Tensor.ofFloats(classes, CLASSES, CLASSES)));
    }
}
