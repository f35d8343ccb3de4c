package io.espalier.benchmarks.latency;

import io.espalier.benchmarks.Setting;
import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.NetworkBuilder;
import io.espalier.pruning.graph.ReferenceNetworks;
import io.espalier.pruning.onnx.OnnxReader;
import java.util.SplittableRandom;

/** Base models whose forms are predicted. */
enum Family {
    SOURCE_CNN("source CNN"),
    RESNET8("ResNet-8"),
    RESNET20("ResNet-20"),
    LENET5("LeNet-5-Caffe"),
    SEPARABLE("depthwise separable");

    private final String title;

    Family(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    Graph graph(Setting setting) {
        return switch (this) {
            case SOURCE_CNN -> ReferenceNetworks.sourceCnn(1);
            case RESNET8 -> OnnxReader.read(setting.data("models/resnet8-cifar10.onnx"));
            case RESNET20 -> OnnxReader.read(setting.data("models/resnet20-cifar10.onnx"));
            case LENET5 -> lenet();
            case SEPARABLE -> separable();
        };
    }

    /** LeCun et al. 1998, "Gradient-based learning applied to document recognition", in the sizes Caffe gave it. */
    private static Graph lenet() {
        NetworkBuilder net = new NetworkBuilder("lenet-5", new SplittableRandom(1));
        String x = net.input("input", 1, 28, 28);
        x = net.maxPool(net.conv(x, 20, 5, 1, 0), 2);
        x = net.maxPool(net.conv(x, 50, 5, 1, 0), 2);
        x = net.relu(net.gemm(net.flatten(x), 500));
        return net.build(net.softmax(net.gemm(x, 10)));
    }

    /** Howard et al. 2017, "MobileNets", section 3.1, for 32x32 pixels. */
    private static Graph separable() {
        NetworkBuilder net = new NetworkBuilder("separable", new SplittableRandom(1));
        int channels = 16;
        String x = net.relu(net.conv(net.input("input", 3, 32, 32), channels, 3, 1, 1));
        int[][] widthAndStride = {{32, 1}, {48, 2}, {64, 1}, {96, 2}, {128, 1}};
        for (int[] block : widthAndStride) {
            x = net.relu(net.conv(x, channels, 3, block[1], 1, channels));
            channels = block[0];
            x = net.relu(net.conv(x, channels, 1, 1, 0));
        }
        return net.build(net.softmax(net.gemm(net.flatten(net.globalAveragePool(x)), 10)));
    }
}
