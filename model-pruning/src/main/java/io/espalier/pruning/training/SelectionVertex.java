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
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J vertex for a {@link Selection}. */
final class SelectionVertex extends GraphVertex {
    private static final long serialVersionUID = 1;

    private final transient Selection selection;

    SelectionVertex(Selection selection) {
        this.selection = selection;
    }

    @Override
    public GraphVertex clone() {
        return new SelectionVertex(selection);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SelectionVertex vertex && vertex.selection == selection;
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(selection);
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
        return new Running(graph, name, index, type, selection);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        return selection.outputType();
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, SelectionVertex.class, inputs[0], getOutputType(-1, inputs))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }

    private static final class Running extends BaseGraphVertex {
        private static final long serialVersionUID = 1;

        private final transient Selection selection;

        Running(ComputationGraph graph, String name, int index, DataType type, Selection selection) {
            super(graph, name, index, null, null, type);
            this.selection = selection;
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
            return selection.take(inputs[0], workspaces);
        }

        @Override
        @SuppressWarnings("NullAway")
        public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
            return new Pair<>(null, new INDArray[] {selection.giveBack(epsilon, inputs[0].shape(), workspaces)});
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
            return "SelectionVertex(" + getVertexName() + ")";
        }
    }
}
