package io.espalier.pruning.reconstruction;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Shape;
import io.espalier.pruning.graph.Window;

/** Every window of a convolution over any number of spatial axes. */
final class ConvolutionPositions implements Positions {
    private final int channels;
    private final Window window;
    private final int[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final int[] pads;
    private final int[] extents;
    private final int[] outputs;
    private final int area;
    private final int count;
    private final int[] corner;
    private final int[] tap;

    private ConvolutionPositions(int channels, Window window, int[] extents) {
        this.channels = channels;
        this.window = window;
        this.kernel = window.kernel();
        this.strides = window.strides();
        this.dilations = window.dilations();
        this.pads = window.padsBegin();
        this.extents = extents;
        this.outputs = new int[extents.length];
        int inside = 1;
        int places = 1;
        for (int a = 0; a < extents.length; a++) {
            outputs[a] = window.outputExtent(a, extents[a]);
            inside *= extents[a];
            places *= outputs[a];
        }
        this.area = inside;
        this.count = places;
        this.corner = new int[extents.length];
        this.tap = new int[extents.length];
    }

    /** Of a convolution that reads a tensor of this shape. */
    static ConvolutionPositions of(Graph graph, Node node, Shape input) {
        int[] dims = input.toArray();
        int[] extents = java.util.Arrays.copyOfRange(dims, 2, dims.length);
        return new ConvolutionPositions(dims[1], Window.of(graph, node, input), extents);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public void read(SampleValues values, int place, double[] row) {
        split(place, outputs, corner);
        int taps = window.taps();
        for (int t = 0; t < taps; t++) {
            split(t, kernel, tap);
            int within = 0;
            boolean inside = true;
            for (int a = 0; a < extents.length; a++) {
                int at = corner[a] * strides[a] - pads[a] + tap[a] * dilations[a];
                inside &= at >= 0 && at < extents[a];
                within = within * extents[a] + at;
            }
            for (int c = 0; c < channels; c++) {
                row[c * taps + t] = inside ? values.at(c * area + within) : 0;
            }
        }
    }

    @Override
    public int outputAt(int place, int output) {
        return output * count + place;
    }

    /** The row-major index as one index for each axis. */
    private static void split(int index, int[] extents, int[] target) {
        int rest = index;
        for (int a = extents.length - 1; a >= 0; a--) {
            target[a] = rest % extents[a];
            rest /= extents[a];
        }
    }
}
