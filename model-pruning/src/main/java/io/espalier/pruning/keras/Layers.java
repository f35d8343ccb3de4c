package io.espalier.pruning.keras;

import java.util.Set;

/** The layers that are known, and what they have in common. */
final class Layers {
    /** Do nothing at inference. */
    static final Set<String> IDLE = Set.of(
            "Dropout",
            "SpatialDropout2D",
            "GaussianNoise",
            "GaussianDropout",
            "AlphaDropout",
            "ActivityRegularization");

    static final Set<String> KNOWN = Set.of(
            "InputLayer",
            "Conv2D",
            "DepthwiseConv2D",
            "SeparableConv2D",
            "Dense",
            "BatchNormalization",
            "Activation",
            "ReLU",
            "LeakyReLU",
            "Softmax",
            "Add",
            "Multiply",
            "Concatenate",
            "Flatten",
            "Reshape",
            "ZeroPadding2D",
            "MaxPooling2D",
            "AveragePooling2D",
            "GlobalAveragePooling2D",
            "GlobalMaxPooling2D",
            "Dropout",
            "SpatialDropout2D",
            "GaussianNoise",
            "GaussianDropout",
            "AlphaDropout",
            "ActivityRegularization");

    private static final double KERAS_LEAK = 0.3;

    private Layers() {}

    static void requireChannelsLast(KerasLayer layer) {
        if (!layer.text("data_format", "channels_last").equals("channels_last")) {
            throw layer.wrong("has its channels first; models with channels last, which is Keras' default, are read");
        }
    }

    static boolean isSame(KerasLayer layer) {
        String padding = layer.text("padding", "valid");
        if (!padding.equals("same") && !padding.equals("valid")) {
            throw layer.wrong("has padding " + padding + "; same and valid are read");
        }
        return padding.equals("same");
    }

    /** Slope of a LeakyReLU below zero. */
    static double leak(KerasLayer layer) {
        return layer.number("alpha", layer.number("negative_slope", KERAS_LEAK));
    }

    /** What a ReLU layer cuts at; infinite where it does not. */
    static double ceiling(KerasLayer layer) {
        return layer.number("max_value", Double.POSITIVE_INFINITY);
    }

    static void requireSimple(KerasLayer relu) {
        boolean leaky = relu.number("negative_slope", 0) != 0;
        if (relu.number("threshold", 0) != 0 || leaky && !Double.isInfinite(ceiling(relu))) {
            throw relu.wrong("has a threshold, or both a slope and a maximum, which is not supported");
        }
    }

    /** The axis of one sample, channels last, that an axis counted with the batch means. */
    static int sampleAxis(KerasLayer layer, int given, int rank) {
        int axis = given < 0 ? given + rank + 1 : given;
        if (axis < 1 || axis > rank) {
            throw layer.wrong("works along axis " + given + ", which its input does not have");
        }
        return axis - 1;
    }
}
