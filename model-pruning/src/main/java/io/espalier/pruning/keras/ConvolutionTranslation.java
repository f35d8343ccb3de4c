package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import io.espalier.pruning.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes layers that slide kernels over an image. Kernels turn from {@code [height, width, in, out]} to
 * {@code [out, in, height, width]}.
 */
record ConvolutionTranslation(Draft draft, ActivationTranslation activations) {
    Value convolution(KerasLayer layer) {
        Value in = Draft.image(layer, draft.first(layer));
        int groups = layer.count("groups", 1);
        int[] kernel = layer.pair("kernel_size", new int[] {1, 1});
        int filters = layer.count("filters", 1);
        if (in.channels() % groups != 0) {
            throw layer.wrong("has " + groups + " groups, which do not divide " + in.channels() + " channels");
        }
        Tensor weight = draft.weight(layer, "kernel", kernel[0], kernel[1], in.channels() / groups, filters);
        Slide slide = Slide.of(layer, in, kernel);
        draft.constant(layer.name() + "_kernel", Kernels.outInHeightWidth(weight));
        String tensor = convolve(layer.name(), in, slide, layer.name() + "_kernel", groups, draft.bias(layer, filters));
        Value made = Value.of(tensor, slide.rows(), slide.columns(), filters);
        return activations.atTheEndOf(layer, made);
    }

    Value depthwise(KerasLayer layer) {
        Value in = Draft.image(layer, draft.first(layer));
        int[] kernel = layer.pair("kernel_size", new int[] {1, 1});
        int multiplier = layer.count("depth_multiplier", 1);
        Slide slide = Slide.of(layer, in, kernel);
        Tensor weight = draft.weight(layer, "depthwise_kernel", kernel[0], kernel[1], in.channels(), multiplier);
        draft.constant(layer.name() + "_kernel", Kernels.depthwise(weight));
        int channels = in.channels() * multiplier;
        String tensor =
                convolve(layer.name(), in, slide, layer.name() + "_kernel", in.channels(), draft.bias(layer, channels));
        Value made = Value.of(tensor, slide.rows(), slide.columns(), channels);
        return activations.atTheEndOf(layer, made);
    }

    Value separable(KerasLayer layer) {
        Value in = Draft.image(layer, draft.first(layer));
        int[] kernel = layer.pair("kernel_size", new int[] {1, 1});
        int multiplier = layer.count("depth_multiplier", 1);
        int filters = layer.count("filters", 1);
        int between = in.channels() * multiplier;
        Slide slide = Slide.of(layer, in, kernel);
        draft.constant(
                layer.name() + "_depthwise_kernel",
                Kernels.depthwise(
                        draft.weight(layer, "depthwise_kernel", kernel[0], kernel[1], in.channels(), multiplier)));
        String apart =
                convolve(layer.name() + "_depthwise", in, slide, layer.name() + "_depthwise_kernel", in.channels(), "");
        draft.constant(
                layer.name() + "_pointwise_kernel",
                Kernels.outInHeightWidth(draft.weight(layer, "pointwise_kernel", 1, 1, between, filters)));
        Value middle = Value.of(apart, slide.rows(), slide.columns(), between);
        String tensor = convolve(
                layer.name(),
                middle,
                Slide.still(middle),
                layer.name() + "_pointwise_kernel",
                1,
                draft.bias(layer, filters));
        Value made = Value.of(tensor, slide.rows(), slide.columns(), filters);
        return activations.atTheEndOf(layer, made);
    }

    private String convolve(String name, Value in, Slide slide, String kernel, int groups, String bias) {
        Map<String, Attribute> attributes = slide.attributes();
        attributes.put("group", Attribute.of(groups));
        List<String> inputs = new ArrayList<>(List.of(in.tensor(), kernel));
        if (!bias.isEmpty()) {
            inputs.add(bias);
        }
        return draft.node(name, "Conv", inputs, attributes);
    }
}
