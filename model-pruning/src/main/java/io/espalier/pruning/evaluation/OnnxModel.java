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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model loaded in ONNX Runtime: one float input, and float outputs of any shape, of which each sample has its own
 * part. What a sample gets lies in one row, output after output. Close it to free native memory.
 */
public final class OnnxModel implements AutoCloseable {
    private final OrtSession session;
    private final ModelInput input;
    private final long fixedBatch;
    private final long[] inputDimensions;
    private final List<String> outputNames;
    private final int[] outputSizes;
    private final int outputs;
    private @Nullable SteadyRun steady;

    private OnnxModel(OrtSession session, List<String> outputNames) throws OrtException {
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
        this.outputNames = outputNames;
        this.outputSizes = measureOutputs();
        this.outputs = Arrays.stream(outputSizes).sum();
    }

    /** Loads a model with all its outputs from its bytes; throws {@link UnusableModelException}. */
    public static OnnxModel load(byte[] onnx, int threads) {
        return load(onnx, threads, Integer.MAX_VALUE);
    }

    /** Loads a model with at most so many of its outputs. */
    static OnnxModel load(byte[] onnx, int threads, int mostOutputs) {
        OrtSession session = null;
        try {
            session = Sessions.open(onnx, threads);
            List<String> outputs =
                    session.getOutputNames().stream().limit(mostOutputs).toList();
            return new OnnxModel(session, outputs);
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

    /** How many numbers of a sample's row belong to each output. */
    public int[] outputSizes() {
        return outputSizes.clone();
    }

    /** The length of a sample's row. */
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

    /**
     * The same bits as {@link #run(float[], int)}, written one row after another to {@code rows}, for who asks for as many
     * samples again and again: memory for a batch of them stays until as many are not asked for or the model is closed, and
     * nothing else is taken but some KB of heap. Calls wait for each other.
     *
     * <p><b>Shape:</b> {@code [count * values] -> [count * outputs]}.
     */
    public synchronized void run(float[] values, int count, float[] rows) {
        int size = input.shape().values();
        try {
            SteadyRun run = steady(fixedBatch > 0 ? Math.toIntExact(fixedBatch) : count);
            if (count % run.batch() != 0) {
                run.clear(); // The rest of a batch must not depend on earlier calls: some models let samples mix.
            }
            for (int from = 0; from < count; from += run.batch()) {
                int taken = Math.min(run.batch(), count - from);
                run.set(values, from * size, taken * size);
                run.run(rows, from * outputs, taken);
            }
        } catch (OrtException e) {
            throw failedToRun(e);
        }
    }

    private SteadyRun steady(int batch) throws OrtException {
        if (steady == null || steady.batch() != batch) {
            letGo();
            steady = new SteadyRun(session, input.name(), dimensions(batch), outputNames, outputSizes);
        }
        return steady;
    }

    private void letGo() {
        if (steady != null) {
            steady.close();
            steady = null;
        }
    }

    private int[] measureOutputs() {
        int batch = fixedBatch > 0 ? Math.toIntExact(fixedBatch) : 1;
        try (OrtSession.Result result =
                outputs(FloatBuffer.allocate(batch * input.shape().values()), batch)) {
            return outputNames.stream()
                    .mapToInt(name -> Math.toIntExact(
                            floats(name, result, batch).getInfo().getNumElements() / batch))
                    .toArray();
        } catch (OrtException e) {
            throw failedToRun(e);
        }
    }

    private float[][] rows(FloatBuffer values, int count) {
        try (OrtSession.Result result = outputs(values, count)) {
            float[][] rows = new float[count][outputs];
            int from = 0;
            for (int o = 0; o < outputSizes.length; o++) {
                FloatBuffer part = checked(outputNames.get(o), result, count, outputSizes[o])
                        .getFloatBuffer();
                for (float[] row : rows) {
                    part.get(row, from, outputSizes[o]);
                }
                from += outputSizes[o];
            }
            return rows;
        } catch (OrtException e) {
            throw failedToRun(e);
        }
    }

    private OrtSession.Result outputs(FloatBuffer values, int count) throws OrtException {
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), values, dimensions(count))) {
            return session.run(Map.of(input.name(), tensor), Set.copyOf(outputNames));
        }
    }

    private long[] dimensions(int batch) {
        long[] dimensions = inputDimensions.clone();
        dimensions[0] = batch;
        return dimensions;
    }

    /** An output that has so many floats for each sample. */
    static OnnxTensor checked(String name, OrtSession.Result result, int count, int size) {
        OnnxTensor output = floats(name, result, count);
        long elements = output.getInfo().getNumElements();
        if (elements != (long) count * size) {
            throw new UnusableModelException("Output '" + name + "' has " + elements + " numbers for a batch of "
                    + count + ", but " + size + " for one sample: as many for every sample are needed");
        }
        return output;
    }

    private static OnnxTensor floats(String name, OrtSession.Result result, int count) {
        OnnxValue value = result.get(name).orElseThrow();
        if (!(value instanceof OnnxTensor output) || output.getInfo().type != OnnxJavaType.FLOAT) {
            throw new UnusableModelException(
                    "Output '" + name + "' is " + value.getInfo() + ": a float tensor is supported");
        }
        long elements = output.getInfo().getNumElements();
        if (elements == 0 || elements % count != 0) {
            throw new UnusableModelException("Output '" + name + "' has the shape "
                    + Arrays.toString(output.getInfo().getShape()) + " for a batch of " + count
                    + ": as many numbers for each sample are needed");
        }
        return output;
    }

    private static UnusableModelException failedToRun(OrtException cause) {
        return new UnusableModelException("ONNX Runtime failed to run the model: " + cause.getMessage(), cause);
    }

    @Override
    public synchronized void close() {
        letGo();
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
