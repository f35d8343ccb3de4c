package io.espalier.pruning.training;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Routes the convolutions of one network through oneDNN.
 *
 * <p>DL4J 1.0.0-M2.1 looks its own oneDNN helpers up under wrong names and so never uses them; this class, the only one
 * that reaches into DL4J by reflection, sets them on each layer. Two more things make training faster. oneDNN is allowed
 * inside convolutions only: its max pooling is several times slower than the built-in one, and the switch is global, so
 * a JVM trains one network at a time. And DL4J repeats each convolution's forward pass during back-propagation to have
 * its pre-activations; here the output of the forward pass is kept and returned instead. That output has gone through
 * the layer's activation in place by then, which is right for the identity and for ReLU (whose derivative is the same at
 * {@code z} and at {@code relu(z)}): other activations must be layers of their own.
 */
final class OneDnnConvolutions {
    private final List<Convolution> installed = new ArrayList<>();
    private boolean training;

    private OneDnnConvolutions() {}

    /** Sets the helper of every plain convolution among the layers. */
    static OneDnnConvolutions install(Layer[] layers) {
        OneDnnConvolutions convolutions = new OneDnnConvolutions();
        try {
            Field helper = ConvolutionLayer.class.getDeclaredField("helper");
            helper.setAccessible(true);
            for (Layer layer : layers) {
                if (layer.getClass() == ConvolutionLayer.class) {
                    Convolution convolution = convolutions.new Convolution();
                    helper.set(layer, convolution);
                    convolutions.installed.add(convolution);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "This DL4J has no ConvolutionLayer.helper: the trainer is made for version 1.0.0-M2.1", e);
        }
        Nd4j.getEnvironment().allowHelpers(false);
        return convolutions;
    }

    /** Says that a forward and backward pass comes next; {@link #endTraining} must follow it. */
    void beginTraining() {
        training = true;
    }

    void endTraining() {
        training = false;
        installed.forEach(convolution -> convolution.output = null);
    }

    /** Calls that went through the helpers so far. */
    long calls() {
        return installed.stream().mapToLong(convolution -> convolution.calls).sum();
    }

    private final class Convolution extends MKLDNNConvHelper {
        private @Nullable INDArray output;
        private long calls;

        Convolution() {
            super(DataType.FLOAT);
        }

        @Override
        public boolean checkSupported() {
            return true;
        }

        @Override
        public INDArray preOutput(
                INDArray input,
                INDArray weights,
                INDArray bias,
                int[] kernel,
                int[] strides,
                int[] pad,
                AlgoMode mode,
                FwdAlgo algorithm,
                ConvolutionMode convolutionMode,
                int[] dilation,
                CNN2DFormat format,
                LayerWorkspaceMgr workspaces) {
            INDArray kept = output;
            if (training && kept != null) {
                output = null;
                return kept;
            }
            calls++;
            Nd4j.getEnvironment().allowHelpers(true);
            try {
                INDArray result = super.preOutput(
                        input,
                        weights,
                        bias,
                        kernel,
                        strides,
                        pad,
                        mode,
                        algorithm,
                        convolutionMode,
                        dilation,
                        format,
                        workspaces);
                output = training ? result : null;
                return result;
            } finally {
                Nd4j.getEnvironment().allowHelpers(false);
            }
        }

        @Override
        public Pair<Gradient, INDArray> backpropGradient(
                INDArray input,
                INDArray weights,
                INDArray bias,
                INDArray delta,
                int[] kernel,
                int[] strides,
                int[] pad,
                INDArray biasGradient,
                INDArray weightGradient,
                IActivation activation,
                AlgoMode mode,
                BwdFilterAlgo filterAlgorithm,
                BwdDataAlgo dataAlgorithm,
                ConvolutionMode convolutionMode,
                int[] dilation,
                CNN2DFormat format,
                LayerWorkspaceMgr workspaces) {
            calls++;
            Nd4j.getEnvironment().allowHelpers(true);
            try {
                return super.backpropGradient(
                        input,
                        weights,
                        bias,
                        delta,
                        kernel,
                        strides,
                        pad,
                        biasGradient,
                        weightGradient,
                        activation,
                        mode,
                        filterAlgorithm,
                        dataAlgorithm,
                        convolutionMode,
                        dilation,
                        format,
                        workspaces);
            } finally {
                Nd4j.getEnvironment().allowHelpers(false);
            }
        }
    }
}
