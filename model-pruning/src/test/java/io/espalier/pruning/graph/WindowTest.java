package io.espalier.pruning.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inferred extents against what ONNX Runtime really computes. */
class WindowTest {
    @ParameterizedTest(name = "{0} kernel {1} stride {2} dilation {3} pads {4},{5} {6} ceil {7}")
    @CsvSource({
        "Conv, 3, 1, 1, 0, 0, NOTSET, 0",
        "Conv, 3, 2, 1, 0, 1, NOTSET, 0",
        "Conv, 3, 1, 2, 2, 2, NOTSET, 0",
        "Conv, 3, 2, 1, 0, 0, SAME_UPPER, 0",
        "Conv, 2, 2, 1, 0, 0, SAME_LOWER, 0",
        "Conv, 3, 2, 1, 0, 0, VALID, 0",
        "MaxPool, 2, 2, 1, 0, 0, NOTSET, 0",
        "MaxPool, 3, 2, 1, 1, 0, NOTSET, 1",
        "MaxPool, 2, 3, 1, 0, 0, NOTSET, 1",
        "AveragePool, 3, 2, 1, 1, 1, NOTSET, 0",
    })
    void agreesWithTheRuntime(
            String type, int kernel, int stride, int dilation, int begin, int end, String autoPad, int ceil) {
        NetworkBuilder net = new NetworkBuilder("window", new Random(1));
        String x = net.input("x", 2, 9, 9);
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(kernel, kernel));
        attributes.put("strides", Attribute.ints(stride, stride));
        if (autoPad.equals("NOTSET")) {
            attributes.put("pads", Attribute.ints(begin, begin, end, end));
        } else {
            attributes.put("auto_pad", Attribute.of(autoPad));
        }
        List<String> inputs = List.of(x);
        if (type.equals("Conv")) {
            attributes.put("dilations", Attribute.ints(dilation, dilation));
            net.constant("w", Tensor.ofFloats(new float[2 * 2 * kernel * kernel], 2, 2, kernel, kernel));
            inputs = List.of(x, "w");
        } else if (ceil == 1) {
            attributes.put("ceil_mode", Attribute.of(1L));
        }
        String y = net.op(type, inputs, attributes);
        Graph graph = net.build(y);

        float[] computed = Ort.run(graph, new Random(1)).getOrDefault(y, new float[0]);

        assertThat(computed.length).isEqualTo(2 * (int) net.shape(y).elements());
    }
}
