package io.espalier.pruning.keras;

import io.espalier.pruning.graph.Attribute;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a kernel or a pool moves over an image, as ONNX says it.
 *
 * @param kernel rows, columns
 * @param pads top, left, bottom, right
 * @param rows of the result
 * @param columns of the result
 */
@SuppressWarnings("ArrayRecordComponent")
record Slide(int[] kernel, int[] strides, int[] dilations, int[] pads, int rows, int columns) {

    /** Of a convolution; zeros that are still to be put around the image become padding of the convolution. */
    static Slide of(KerasLayer layer, Value in, int[] kernel) {
        int[] strides = layer.pair("strides", new int[] {1, 1});
        return of(layer, in, kernel, strides, layer.pair("dilation_rate", new int[] {1, 1}));
    }

    static Slide ofPool(KerasLayer layer, Value in, int[] size) {
        return of(layer, in, size, layer.pair("strides", size), new int[] {1, 1});
    }

    /** Of a 1x1 convolution that visits every pixel. */
    static Slide still(Value in) {
        int[] one = {1, 1};
        return new Slide(one, one, one, new int[4], in.dims()[0], in.dims()[1]);
    }

    private static Slide of(KerasLayer layer, Value in, int[] kernel, int[] strides, int[] dilations) {
        Layers.requireChannelsLast(layer);
        boolean same = Layers.isSame(layer);
        int[] pads = new int[4];
        int[] out = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            int extent = in.dims()[axis];
            int span = (kernel[axis] - 1) * dilations[axis] + 1;
            if (same) {
                out[axis] = (extent + strides[axis] - 1) / strides[axis];
                int missing = Math.max(0, (out[axis] - 1) * strides[axis] + span - extent);
                pads[axis] = missing / 2;
                pads[axis + 2] = missing - missing / 2;
            } else if (span > extent) {
                throw layer.wrong("has a window of " + span + " for an extent of " + extent);
            } else {
                out[axis] = (extent - span) / strides[axis] + 1;
            }
        }
        if (in.pads() != null) {
            pads[0] += in.pads()[0];
            pads[1] += in.pads()[2];
            pads[2] += in.pads()[1];
            pads[3] += in.pads()[3];
        }
        return new Slide(kernel, strides, dilations, pads, out[0], out[1]);
    }

    Map<String, Attribute> attributes() {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(kernel));
        attributes.put("strides", Attribute.ints(strides));
        attributes.put("dilations", Attribute.ints(dilations));
        attributes.put("pads", Attribute.ints(pads));
        return attributes;
    }
}
