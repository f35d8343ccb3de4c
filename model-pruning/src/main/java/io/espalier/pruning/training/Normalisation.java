package io.espalier.pruning.training;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation behind a convolution for the time of training, with the ReLU that follows it.
 *
 * <p>Graphs come here with their normalisations folded. Trained like that they learn slowly, because one step moves
 * neighbouring layers by very different shares; with normalisations put back, at their present mean and deviation so that
 * nothing changes at first, they learn about twice as fast per image. Afterwards they are folded again.
 *
 * <p>DL4J's own layer costs as much as the convolutions. This one makes two passes over the values forward and two
 * backward, in plain Java, and does the ReLU on the way.
 *
 * <p>Source: Ioffe and Szegedy 2015, "Batch Normalization", section 3.
 */
final class Normalisation extends BatchNormalization {
    private static final long serialVersionUID = 1;
    static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
    static final String BETA = BatchNormalizationParamInitializer.BETA;
    static final double EPSILON = 1e-5;

    private final boolean relu;

    Normalisation(int channels, boolean relu) {
        this.relu = relu;
        setNIn(channels);
        setNOut(channels);
        setEps(EPSILON);
        setDecay(0.9);
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration configuration,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialise,
            DataType type) {
        Running layer = new Running(configuration, type, relu);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        Map<String, INDArray> table = initializer().init(configuration, parameters, initialise);
        layer.setParamTable(table);
        layer.setConf(configuration);
        return layer;
    }

    /** The layer at work. */
    static final class Running extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {
        private static final long serialVersionUID = 1;

        private final boolean relu;
        private final transient BatchStatistics statistics = new BatchStatistics();
        private float[] values = new float[0];
        private float[] gradients = new float[0];
        private double[] mean = new double[0];
        private double[] deviation = new double[0];
        private double[] settledMean = new double[0];
        private double[] settledDeviation = new double[0];

        private Running(NeuralNetConfiguration configuration, DataType type, boolean relu) {
            super(configuration, type);
            this.relu = relu;
        }

        /**
         * Starts from the shift of a convolution whose filters were divided by their lengths.
         *
         * @param lengths to multiply by again; null where the filters' scale means nothing
         */
        void begin(float[] shift, double @Nullable [] lengths) {
            float[] scale = new float[shift.length];
            for (int c = 0; c < scale.length; c++) {
                scale[c] = lengths == null ? 1 : (float) lengths[c];
            }
            assign(GAMMA, scale);
            assign(BETA, shift);
        }

        /** Passes its input on, times the scale and plus the shift, and watches it: {@link #adopt} ends that. */
        void watch() {
            statistics.begin(channels(), true);
        }

        /** Makes up for what was watched in scale and shift, so that normalised values come out as the others did. */
        void adopt() {
            double[] means = statistics.means();
            double[] deviations = statistics.deviations();
            float[] gamma = floats(GAMMA);
            float[] beta = floats(BETA);
            for (int c = 0; c < means.length; c++) {
                beta[c] += (float) (means[c] * gamma[c]);
                gamma[c] *= (float) deviations[c];
            }
            assign(GAMMA, gamma);
            assign(BETA, beta);
            settle();
        }

        /** Normalises by batch as in training and watches what the batches are like: {@link #settle} ends that. */
        void gather() {
            statistics.begin(channels(), false);
        }

        /** Makes what was watched the mean and deviation of inference. */
        void settle() {
            settledMean = statistics.means();
            settledDeviation = statistics.deviations();
            statistics.end();
        }

        /** What a channel is multiplied by in inference. */
        double[] scales() {
            float[] gamma = floats(GAMMA);
            double[] scales = new double[gamma.length];
            Arrays.setAll(scales, c -> gamma[c] / settledDeviation[c]);
            return scales;
        }

        /** What is added to a channel in inference, after {@link #scales}. */
        double[] shifts() {
            double[] scales = scales();
            float[] beta = floats(BETA);
            double[] shifts = new double[beta.length];
            Arrays.setAll(shifts, c -> beta[c] - settledMean[c] * scales[c]);
            return shifts;
        }

        @Override
        public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
            assertInputSet(false);
            int length = (int) input.length();
            float[] x = values.length == length ? values : new float[length];
            values = x;
            read(input, x);
            int channels = channels();
            int batch = (int) input.size(0);
            int area = length / batch / channels;
            double[][] affine = affine(x, training, batch, area);
            float[] y = gradients.length == length ? gradients : new float[length];
            gradients = y;
            for (int n = 0; n < batch; n++) {
                for (int c = 0; c < channels; c++) {
                    apply(x, y, (n * channels + c) * area, area, (float) affine[0][c], (float) affine[1][c]);
                }
            }
            INDArray output =
                    workspaces.createUninitialized(ArrayType.ACTIVATIONS, input.dataType(), input.shape(), 'c');
            output.data().asNioFloat().put(y, 0, length);
            return output;
        }

        /** Scale and shift of each channel. */
        private double[][] affine(float[] x, boolean training, int batch, int area) {
            if (!training && !statistics.passesThrough()) {
                return new double[][] {scales(), shifts()};
            }
            measure(x, batch, area);
            if (statistics.isOn()) {
                statistics.add(mean, deviation);
            }
            float[] gamma = floats(GAMMA);
            float[] beta = floats(BETA);
            double[] scale = new double[gamma.length];
            double[] shift = new double[gamma.length];
            for (int c = 0; c < scale.length; c++) {
                scale[c] = statistics.passesThrough() ? gamma[c] : gamma[c] / deviation[c];
                shift[c] = statistics.passesThrough() ? beta[c] : beta[c] - mean[c] * scale[c];
            }
            return new double[][] {scale, shift};
        }

        private void apply(float[] x, float[] y, int from, int area, float scale, float shift) {
            if (relu) {
                for (int i = from; i < from + area; i++) {
                    y[i] = Math.max(0, x[i] * scale + shift);
                }
            } else {
                for (int i = from; i < from + area; i++) {
                    y[i] = x[i] * scale + shift;
                }
            }
        }

        /** With x' = (x - mean) / deviation over the m values of a channel: dx = gamma / deviation (dy - mean(dy) - x' mean(dy x')). */
        @Override
        public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
            int length = (int) epsilon.length();
            float[] x = values;
            float[] dy = gradients;
            read(epsilon, dy);
            int channels = channels();
            int batch = (int) epsilon.size(0);
            int area = length / batch / channels;
            float[] gamma = floats(GAMMA);
            float[] beta = floats(BETA);
            float[] dGamma = new float[channels];
            float[] dBeta = new float[channels];
            double count = (double) batch * area;
            for (int c = 0; c < channels; c++) {
                float scale = (float) (gamma[c] / deviation[c]);
                float shift = (float) (beta[c] - mean[c] * gamma[c] / deviation[c]);
                float m = (float) mean[c];
                double sum = 0;
                double product = 0;
                for (int n = 0; n < batch; n++) {
                    int from = (n * channels + c) * area;
                    if (relu) {
                        mask(x, dy, from, area, scale, shift);
                    }
                    sum += StretchSums.sum(dy, from, area);
                    product += StretchSums.product(x, dy, from, area, m);
                }
                product /= deviation[c];
                dGamma[c] = (float) product;
                dBeta[c] = (float) sum;
                float slope = (float) (-product / count / deviation[c] * scale);
                float offset = (float) (-sum / count * scale) - slope * m;
                for (int n = 0; n < batch; n++) {
                    int from = (n * channels + c) * area;
                    for (int i = from; i < from + area; i++) {
                        dy[i] = dy[i] * scale + x[i] * slope + offset;
                    }
                }
            }
            INDArray next =
                    workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), 'c');
            next.data().asNioFloat().put(dy, 0, length);
            return new Pair<>(gradient(dGamma, dBeta), next);
        }

        private Gradient gradient(float[] dGamma, float[] dBeta) {
            Gradient result = new DefaultGradient();
            gradientViews.forEach((key, view) -> {
                if (key.equals(GAMMA)) {
                    assign(view, dGamma);
                } else if (key.equals(BETA)) {
                    assign(view, dBeta);
                } else {
                    view.assign(0);
                }
                result.setGradientFor(key, view);
            });
            return result;
        }

        private void measure(float[] x, int batch, int area) {
            int channels = channels();
            if (mean.length != channels) {
                mean = new double[channels];
                deviation = new double[channels];
            }
            double count = (double) batch * area;
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                for (int n = 0; n < batch; n++) {
                    sum += StretchSums.sum(x, (n * channels + c) * area, area);
                }
                float m = (float) (sum / count);
                double squares = 0;
                for (int n = 0; n < batch; n++) {
                    squares += StretchSums.squares(x, (n * channels + c) * area, area, m);
                }
                mean[c] = m;
                deviation[c] = Math.sqrt(squares / count + EPSILON);
            }
        }

        private int channels() {
            return (int) layerConf().getNOut();
        }

        private float[] floats(String key) {
            return Floats.of(getParam(key));
        }

        private void assign(String key, float[] to) {
            assign(getParam(key), to);
        }

        private static void assign(INDArray array, float[] to) {
            for (int i = 0; i < to.length; i++) {
                array.putScalar(i, to[i]);
            }
        }

        private static void read(INDArray array, float[] into) {
            if (array.ordering() == 'c' && !array.isView()) {
                array.data().asNioFloat().get(into, 0, into.length);
            } else {
                System.arraycopy(Floats.of(array), 0, into, 0, into.length);
            }
        }

        private static void mask(float[] x, float[] dy, int from, int area, float scale, float shift) {
            for (int i = from; i < from + area; i++) {
                dy[i] = x[i] * scale + shift > 0 ? dy[i] : 0;
            }
        }
    }
}
