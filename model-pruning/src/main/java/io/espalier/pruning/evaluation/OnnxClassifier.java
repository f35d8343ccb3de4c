package io.espalier.pruning.evaluation;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model loaded in ONNX Runtime, one float input and one row of outputs a sample; close it to free native memory. */
public final class OnnxClassifier implements AutoCloseable {
    private final OrtSession session;
    private final ModelInput input;
    private final long fixedBatch;
    private final long[] inputDimensions;
    private final String outputName;
    private int outputs;

    private OnnxClassifier(OrtSession session) throws OrtException {
        this.session = session;
        if (session.getInputInfo().size() != 1) {
            throw new UnusableModelException(
                    "The model has the inputs " + session.getInputInfo().keySet() + ": exactly one is supported");
        }
        NodeInfo info = session.getInputInfo().values().iterator().next();
        if (!(info.getInfo() instanceof TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
            throw new UnusableModelException(
                    "Input '" + info.getName() + "' is " + info.getInfo() + ": a float tensor is supported");
        }
        this.inputDimensions = tensor.getShape();
        this.input = ModelInput.of(
                info.getName(), Arrays.stream(inputDimensions).boxed().toList());
        this.fixedBatch = inputDimensions[0];
        this.outputName = session.getOutputNames().iterator().next();
        this.outputs = run(new float[input.shape().values()], 1)[0].length;
    }

    /** Loads a model from its bytes; throws {@link UnusableModelException}. */
    public static OnnxClassifier load(byte[] onnx, int threads) {
        OrtSession session = null;
        try {
            session = Sessions.open(onnx, threads);
            return new OnnxClassifier(session);
        } catch (OrtException | RuntimeException e) {
            closeAfterFailure(session, e);
            throw e instanceof UnusableModelException known
                    ? known
                    : new UnusableModelException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        }
    }

    public ModelInput input() {
        return input;
    }

    /** Outputs of one sample: the number of classes. */
    public int outputs() {
        return outputs;
    }

    /**
     * Runs the first {@code count} samples of {@code values}, which lie one after another in the model's layout.
     *
     * <p><b>Shape:</b> {@code [count * values] -> [count][outputs]}.
     */
    public float[][] run(float[] values, int count) {
        if (fixedBatch <= 0 || fixedBatch == count) {
            return rows(FloatBuffer.wrap(values, 0, count * input.shape().values()), count);
        }
        int size = input.shape().values();
        float[][] result = new float[count][];
        float[] padded = new float[Math.toIntExact(fixedBatch * size)];
        for (int from = 0; from < count; from += (int) fixedBatch) {
            int taken = Math.min((int) fixedBatch, count - from);
            System.arraycopy(values, from * size, padded, 0, taken * size);
            float[][] rows = rows(FloatBuffer.wrap(padded), (int) fixedBatch);
            System.arraycopy(rows, 0, result, from, taken);
        }
        return result;
    }

    private float[][] rows(FloatBuffer values, int count) {
        long[] dimensions = inputDimensions.clone();
        dimensions[0] = count;
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, dimensions);
                OrtSession.Result result = session.run(Map.of(input.name(), tensor))) {
            OnnxValue value = result.get(outputName).orElseThrow();
            if (!(value instanceof OnnxTensor output) || output.getInfo().type != OnnxJavaType.FLOAT) {
                throw new UnusableModelException(
                        "Output '" + outputName + "' is " + value.getInfo() + ": a float tensor is supported");
            }
            FloatBuffer all = output.getFloatBuffer();
            if (all.remaining() == 0 || all.remaining() % count != 0) {
                throw new UnusableModelException("Output '" + outputName + "' has the shape "
                        + Arrays.toString(output.getInfo().getShape()) + " for a batch of " + count
                        + ": one row a sample is needed");
            }
            float[][] rows = new float[count][all.remaining() / count];
            for (float[] row : rows) {
                all.get(row);
            }
            return rows;
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime failed to run the model: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot close the session", e);
        }
    }

    private static void closeAfterFailure(@Nullable OrtSession session, Exception failure) {
        if (session != null) {
            try {
                session.close();
            } catch (OrtException e) {
                failure.addSuppressed(e);
            }
        }
    }
}
