package io.espalier.pruning.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a convolution or a pool slides over the last axes of {@code [batch, channels, spatial...]}, with ONNX' defaults and
 * {@code auto_pad} resolved.
 *
 * @param kernel the extent of the window per spatial axis
 * @param strides its step per spatial axis
 * @param dilations the distance between its taps per spatial axis
 * @param padsBegin zeros before each spatial axis (top, left)
 * @param padsEnd zeros after each spatial axis (bottom, right); may differ from {@code padsBegin}
 * @param ceil whether a last incomplete window counts
 */
public record Window(int[] kernel, int[] strides, int[] dilations, int[] padsBegin, int[] padsEnd, boolean ceil) {
    private static final List<String> AUTO_PADS = List.of("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");

    public Window {
        kernel = kernel.clone();
        strides = strides.clone();
        dilations = dilations.clone();
        padsBegin = padsBegin.clone();
        padsEnd = padsEnd.clone();
    }

    /** The window of a Conv, MaxPool or AveragePool node over an input of this shape. */
    public static Window of(Graph graph, Node node, Shape input) {
        Optional<Shape> weights = node.is("Conv") ? graph.constantInput(node, 1).map(Tensor::shape) : Optional.empty();
        return of(node, input, weights);
    }

    /** The window of a node over an input of this shape, with weights of that shape if it has any. */
    static Window of(Node node, Shape input, Optional<Shape> weights) {
        int[] kernel = node.intsAttribute("kernel_shape").orElseGet(() -> kernelOfWeights(node, weights));
        int axes = kernel.length;
        if (input.rank() != axes + 2) {
            throw new InvalidModelException(node.label() + " slides over " + axes
                    + " spatial axes, but its input has the shape " + input + ".");
        }
        int[] strides = node.intsAttribute("strides").orElseGet(() -> ones(axes));
        int[] dilations = node.intsAttribute("dilations").orElseGet(() -> ones(axes));
        int[] begin = new int[axes];
        int[] end = new int[axes];
        String autoPad = node.stringAttribute("auto_pad", "NOTSET");
        int[] pads = node.intsAttribute("pads").orElseGet(() -> new int[2 * axes]);
        if (Shape.of(kernel).elements() > Shapes.MAX_ELEMENTS) {
            throw new InvalidModelException(
                    node.label() + " has a window of " + Shape.of(kernel) + ", which no input can fill.");
        }
        if (!AUTO_PADS.contains(autoPad)) {
            throw new InvalidModelException(
                    node.label() + " has the auto_pad '" + autoPad + "'; known are " + AUTO_PADS);
        }
        requireLength(node, "strides", strides, axes);
        requireLength(node, "dilations", dilations, axes);
        requireLength(node, "pads", pads, 2 * axes);
        for (int a = 0; a < axes; a++) {
            if (strides[a] < 1 || dilations[a] < 1 || kernel[a] < 1 || pads[a] < 0 || pads[axes + a] < 0) {
                throw new InvalidModelException(
                        node.label() + " has a stride, dilation or kernel extent below 1 or a negative pad.");
            }
            if (autoPad.startsWith("SAME")) {
                long extent = input.dim(2 + a);
                long steps = (extent + strides[a] - 1) / strides[a];
                long span = (kernel[a] - 1L) * dilations[a] + 1;
                int total = Math.toIntExact(Math.max(0, (steps - 1) * strides[a] + span - extent));
                begin[a] = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
                end[a] = total - begin[a];
            } else if (autoPad.equals("NOTSET")) {
                begin[a] = pads[a];
                end[a] = pads[axes + a];
            }
        }
        return new Window(kernel, strides, dilations, begin, end, node.intAttribute("ceil_mode", 0) == 1);
    }

    /** The extent of the output along a spatial axis (0 is the first one after the channels). */
    public int outputExtent(int axis, int inputExtent) {
        long span = (kernel[axis] - 1L) * dilations[axis] + 1;
        long room = (long) inputExtent + padsBegin[axis] + padsEnd[axis] - span;
        if (room < 0) {
            throw new InvalidModelException("A window of " + span + " does not fit an extent of " + inputExtent
                    + " with pads " + padsBegin[axis] + " and " + padsEnd[axis] + ".");
        }
        long steps = room / strides[axis] + 1;
        if (ceil && room % strides[axis] != 0 && steps * strides[axis] < (long) inputExtent + padsBegin[axis]) {
            steps++;
        }
        return Math.toIntExact(steps);
    }

    /** Taps of the window. */
    public int taps() {
        return (int) Shape.of(kernel).elements();
    }

    @Override
    public int[] kernel() {
        return kernel.clone();
    }

    @Override
    public int[] strides() {
        return strides.clone();
    }

    @Override
    public int[] dilations() {
        return dilations.clone();
    }

    @Override
    public int[] padsBegin() {
        return padsBegin.clone();
    }

    @Override
    public int[] padsEnd() {
        return padsEnd.clone();
    }

    private static void requireLength(Node node, String key, int[] values, int length) {
        if (values.length != length) {
            throw new InvalidModelException("Attribute '" + key + "' of " + node.label() + " has " + values.length
                    + " values where " + length + " are needed.");
        }
    }

    private static int[] kernelOfWeights(Node node, Optional<Shape> weights) {
        Shape shape = weights.orElseThrow(() -> new InvalidModelException(node.label() + " has no kernel_shape."));
        return shape.dims().stream().skip(2).mapToInt(Integer::intValue).toArray();
    }

    private static int[] ones(int length) {
        int[] ones = new int[length];
        Arrays.fill(ones, 1);
        return ones;
    }
}
