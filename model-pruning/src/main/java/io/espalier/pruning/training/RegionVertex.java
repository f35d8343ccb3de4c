package io.espalier.pruning.training;

import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** DL4J vertex for {@link Region}. */
final class RegionVertex extends GraphVertex {
    private static final long serialVersionUID = 1;

    private final transient Region region;

    RegionVertex(Region region) {
        this.region = region;
    }

    @Override
    public GraphVertex clone() {
        return new RegionVertex(region);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RegionVertex vertex && vertex.region == region;
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(region);
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 1;
    }

    @Override
    public int maxVertexInputs() {
        return 1;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph, String name, int index, INDArray parameters, boolean init, DataType type) {
        return new Running(graph, name, index, type, region);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        return InputType.convolutional(region.size()[1], region.size()[2], region.size()[0]);
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, RegionVertex.class, inputs[0], getOutputType(-1, inputs))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }

    private static final class Running extends BaseGraphVertex {
        private static final long serialVersionUID = 1;

        private final transient Region region;

        Running(ComputationGraph graph, String name, int index, DataType type, Region region) {
            super(graph, name, index, null, null, type);
            this.region = region;
        }

        @Override
        public boolean hasLayer() {
            return false;
        }

        @Override
        @SuppressWarnings("NullAway")
        public Layer getLayer() {
            return null;
        }

        @Override
        public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
            INDArray taken = inputs[0].get(box(region.from(), region.step(), region.count()));
            if (region.fillsResult()) {
                return workspaces.dup(ArrayType.ACTIVATIONS, taken, 'c');
            }
            int[] size = region.size();
            INDArray result = workspaces.create(
                    ArrayType.ACTIVATIONS, inputs[0].dataType(), inputs[0].size(0), size[0], size[1], size[2]);
            result.get(box(region.to(), new int[] {1, 1, 1}, region.count())).assign(taken);
            return result;
        }

        @Override
        @SuppressWarnings("NullAway")
        public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
            INDArray gradient = workspaces.create(ArrayType.ACTIVATION_GRAD, epsilon.dataType(), inputs[0].shape());
            gradient.get(box(region.from(), region.step(), region.count()))
                    .assign(epsilon.get(box(region.to(), new int[] {1, 1, 1}, region.count())));
            return new Pair<>(null, new INDArray[] {gradient});
        }

        @Override
        public void setBackpropGradientsViewArray(INDArray gradients) {}

        @Override
        @SuppressWarnings("NullAway")
        public Pair<INDArray, MaskState> feedForwardMaskArrays(
                INDArray @Nullable [] masks, MaskState state, int minibatch) {
            return null;
        }

        @Override
        public String toString() {
            return "RegionVertex(" + getVertexName() + ")";
        }

        private static INDArrayIndex[] box(int[] from, int[] step, int[] count) {
            INDArrayIndex[] indices = new INDArrayIndex[4];
            indices[0] = NDArrayIndex.all();
            for (int a = 0; a < 3; a++) {
                int last = from[a] + (count[a] - 1) * step[a];
                indices[a + 1] = step[a] == 1
                        ? NDArrayIndex.interval(from[a], last + 1)
                        : NDArrayIndex.interval(from[a], step[a], last + 1);
            }
            return indices;
        }
    }
}
