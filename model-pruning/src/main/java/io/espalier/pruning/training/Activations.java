package io.espalier.pruning.training;

import io.espalier.pruning.graph.Graph;
import io.espalier.pruning.graph.Node;
import io.espalier.pruning.graph.Operands;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** DL4J's counterparts of elementwise operators. */
final class Activations {
    private Activations() {}

    /** The activation function of this node; null where there is none. */
    static @Nullable IActivation of(Graph graph, Node node) {
        return switch (node.opType()) {
            case "Relu" -> new ActivationReLU();
            case "LeakyRelu" -> new ActivationLReLU(node.floatAttribute("alpha", 0.01f));
            case "Elu" -> new ActivationELU(node.floatAttribute("alpha", 1));
            case "Sigmoid" -> new ActivationSigmoid();
            case "Tanh" -> new ActivationTanH();
            case "Softplus" -> new ActivationSoftPlus();
            case "Softsign" -> new ActivationSoftSign();
            case "HardSigmoid" ->
                Math.abs(node.floatAttribute("alpha", 0.2f) - 0.2f) < 1e-6 && node.floatAttribute("beta", 0.5f) == 0.5f
                        ? new ActivationHardSigmoid()
                        : null;
            case "Clip" -> {
                float[] bounds = Operands.clipBounds(graph, node);
                yield new Clip(bounds[0], bounds[1]);
            }
            case "HardSwish" -> new HardSwish();
            default -> null;
        };
    }

    /** min(max(x, low), high). */
    static final class Clip extends BaseActivationFunction {
        private static final long serialVersionUID = 1;

        private final float low;
        private final float high;

        Clip(float low, float high) {
            this.low = low;
            this.high = high;
        }

        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            return clipped(in, low, high);
        }

        @Override
        @SuppressWarnings("NullAway")
        public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
            INDArray inside = in.gt(low).castTo(in.dataType());
            inside.muli(in.lt(high).castTo(in.dataType()));
            return new Pair<>(inside.muli(epsilon), null);
        }
    }

    /** x * min(max(x / 6 + 1/2, 0), 1). */
    static final class HardSwish extends BaseActivationFunction {
        private static final long serialVersionUID = 1;

        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            return in.muli(clipped(in.div(6).addi(0.5), 0, 1));
        }

        /** Derivative: 0 below -3, 1 above 3, x / 3 + 1/2 between. */
        @Override
        @SuppressWarnings("NullAway")
        public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
            INDArray slope = in.div(3).addi(0.5);
            INDArray below = in.lte(-3).castTo(in.dataType());
            INDArray above = in.gte(3).castTo(in.dataType());
            slope.muli(below.rsub(1)).muli(above.rsub(1)).addi(above);
            return new Pair<>(slope.muli(epsilon), null);
        }
    }

    private static INDArray clipped(INDArray in, float low, float high) {
        if (low != Float.NEGATIVE_INFINITY) {
            Transforms.max(in, low, false);
        }
        if (high != Float.POSITIVE_INFINITY) {
            Transforms.min(in, high, false);
        }
        return in;
    }
}
